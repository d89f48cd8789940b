import { count } from "../../../text/text.ts";
import { replicasOf, type StreamWrite } from "../../stream-write.ts";
import type { Problem } from "../problem.ts";
import { type AppliedLimits, limiter, tierOf } from "./account-limits.ts";
import type { AccountQuota } from "./account-quota.ts";

/** `max_streams`: asked at a create, and where more replicas bring a stream into another tier. */
export function streamCountProblem(
  write: StreamWrite,
  selected: AppliedLimits,
  room: AccountQuota,
): Problem | undefined {
  const { config, live } = write;
  const most = selected.limits.max_streams;
  const isNew = live === undefined || (selected.tier !== undefined && replicasOf(config) > replicasOf(live));
  if (most <= 0 || !isNew) return undefined;
  const tiers = selected.tier === undefined ? [...room.entered.keys()] : [tierOf(replicasOf(config))];
  const more = tiers.reduce((sum, tier) => sum + (room.entered.get(tier) ?? 0), 0);
  if (selected.streams + more < most) return undefined;
  const first = more === 0 ? "" : `, ${selected.streams + more} with what this plan does before it`;
  return {
    code: 10027,
    what: `${limiter(selected)} may have ${count(most, "stream")}, and has ${selected.streams}${first}`,
    remedy: "remove one, or raise the limit",
    fields: ["num_replicas"],
  };
}
