import type { AccountInfo, AccountLimits } from "../../../jetstream/types.ts";

/** The account's limits for one number of replicas. */
export interface AppliedLimits {
  limits: AccountLimits;
  /** `R3`; `undefined` if the limits are those of the account as a whole. */
  tier: string | undefined;
  /** The number of streams that count against the limits now. */
  streams: number;
}

export const tierOf = (replicas: number): string => `R${Math.max(1, replicas)}`;

/**
 * Selects the limits for a number of replicas. An account has limits as a whole, or in tiers by number of replicas.
 *
 * @returns `undefined` if the account has tiers and none for this number: the server then accepts nothing (10120).
 */
export function limitsFor(account: AccountInfo, replicas: number): AppliedLimits | undefined {
  if (account.tiers === undefined) return { limits: account.limits, tier: undefined, streams: account.streams };
  const tier = tierOf(replicas);
  const found = account.tiers[tier];
  // The server also lists a tier that has streams and no limits. Every limit is then 0.
  if (found === undefined || !Object.values(found.limits).some((limit) => Number(limit) !== 0)) return undefined;
  return { limits: found.limits, tier, streams: found.streams };
}

/** The name of what limits: `the account` or `the account's tier R3`. */
export const limiterText = ({ tier }: Pick<AppliedLimits, "tier">): string =>
  tier === undefined ? "the account" : `the account's tier ${tier}`;
