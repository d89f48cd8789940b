import type { StreamConfig } from "../../../jetstream/types.ts";
import type { BrokerState } from "../../../observe/broker-state.ts";
import type { Action } from "../../action.ts";
import { same } from "../../fields/canonical.ts";
import { knownConfigs, replicasOf, type StreamWrite, streamWrite, subjectsOf } from "../../stream-write.ts";
import { bar } from "../bar.ts";
import type { Finding, Problem } from "../problem.ts";
import { limitsFor, tierOf } from "./account-limits.ts";
import type { AccountQuota } from "./account-quota.ts";
import { reservationProblem } from "./reservation.ts";
import { ReservedStorage } from "./reserved-storage.ts";
import { streamCountProblem } from "./stream-count.ts";

/** Finds what does not fit into the account. The resource that comes first in the topology gets what is left. */
export function quotaFindings(actions: Action[], broker: BrokerState): Finding[] {
  const { account } = broker.live;
  if (account === undefined) return [];
  const configs = [...knownConfigs(broker).values()];
  const [before, now, entered] = [
    new ReservedStorage(configs),
    new ReservedStorage(configs),
    new Map<string, number>(),
  ];
  const findings: Finding[] = [];
  for (const action of actions) {
    let left = action;
    for (let write = streamWrite(left); write !== undefined; write = streamWrite(left)) {
      const problem = problemOf(write, { account, broker, before, now, entered });
      if (problem === undefined) {
        now.set(write.config);
        count(entered, tierOf(replicasOf(write.config)), 1);
        if (write.live) count(entered, tierOf(replicasOf(write.live)), -1);
        break;
      }
      findings.push({ id: write.resource.id, problem });
      // The rest of an update may still use quota, or have a problem of its own.
      left = bar(left, problem);
      // If the stream now keeps other subjects, the later writes are checked in the next round, which knows all
      // subjects.
      if (write.live && !hasSubjects(streamWrite(left)?.config ?? write.live, write.config)) return findings;
    }
  }
  return findings;
}

function hasSubjects(config: StreamConfig, other: StreamConfig): boolean {
  return same(subjectsOf(config).toSorted(), subjectsOf(other).toSorted());
}

function problemOf(write: StreamWrite, quota: AccountQuota): Problem | undefined {
  const replicas = replicasOf(write.config);
  // If the new tier has no limits and this is no problem by itself, the limits of the former tier apply.
  const selected =
    limitsFor(quota.account, replicas) ?? (write.live && limitsFor(quota.account, replicasOf(write.live)));
  if (selected === undefined) return undefined;
  return streamCountProblem(write, selected, quota) ?? reservationProblem(write, selected, quota);
}

function count(counts: Map<string, number>, tier: string, by: number): void {
  counts.set(tier, (counts.get(tier) ?? 0) + by);
}
