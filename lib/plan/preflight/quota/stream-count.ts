import { count } from "../../../text/text.ts";
import { replicasOf, type StreamWrite } from "../../stream-write.ts";
import type { Problem } from "../problem.ts";
import { type AppliedLimits, limiterText, tierOf } from "./account-limits.ts";
import type { AccountQuota } from "./account-quota.ts";

/** `max_streams`: the server checks it at a create, and if more replicas move a stream into another tier. */
export function streamCountProblem(
  write: StreamWrite,
  selected: AppliedLimits,
  quota: AccountQuota,
): Problem | undefined {
  const { config, live } = write;
  const most = selected.limits.max_streams;
  const isNew = live === undefined || (selected.tier !== undefined && replicasOf(config) > replicasOf(live));
  if (most <= 0 || !isNew) return undefined;
  const tiers = selected.tier === undefined ? [...quota.entered.keys()] : [tierOf(replicasOf(config))];
  const more = tiers.reduce((sum, tier) => sum + (quota.entered.get(tier) ?? 0), 0);
  if (selected.streams + more < most) return undefined;
  const first = more === 0 ? "" : `, ${selected.streams + more} with what this plan does before it`;
  return {
    code: 10027,
    what: `${limiterText(selected)} may have ${count(most, "stream")}, and has ${selected.streams}${first}`,
    remedy: "remove one, or raise the limit",
    fields: ["num_replicas"],
  };
}
