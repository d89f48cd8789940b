import type { AccountInfo, AccountLimits } from "../../../jetstream/types.ts";

/** The limits that apply to what has so many replicas, and what they are called. */
export interface AppliedLimits {
  limits: AccountLimits;
  /** `R3`; `undefined` where the limits are those of the account as a whole. */
  tier: string | undefined;
  /** Streams that count against them now. */
  streams: number;
}

export const tierOf = (replicas: number): string => `R${Math.max(1, replicas)}`;

/**
 * An account has limits as a whole, or in tiers by number of replicas.
 *
 * @returns `undefined` where it has tiers, and none for this number: the server takes nothing there (10120).
 */
export function limitsFor(account: AccountInfo, replicas: number): AppliedLimits | undefined {
  if (account.tiers === undefined) return { limits: account.limits, tier: undefined, streams: account.streams };
  const tier = tierOf(replicas);
  const found = account.tiers[tier];
  // A tier without limits that has streams is listed too, with every limit 0.
  if (found === undefined || !Object.values(found.limits).some((limit) => Number(limit) !== 0)) return undefined;
  return { limits: found.limits, tier, streams: found.streams };
}

/** `the account`, `the account's tier R3`: who limits. */
export const limiter = ({ tier }: Pick<AppliedLimits, "tier">): string =>
  tier === undefined ? "the account" : `the account's tier ${tier}`;
