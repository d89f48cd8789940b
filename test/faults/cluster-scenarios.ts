import type { NatsServer } from "../../functions/local/nats-server/launch.ts";
import type { ClusterStage } from "./cluster-stage.ts";
import { type Scenario, WRITE } from "./scenario.ts";

/** In a cluster of three, every resource with three replicas; the run talks to one member, which is not the leader. */
export const CLUSTER: Scenario<ClusterStage>[] = [
  {
    name: "one of three is down",
    fault: async ({ leader, settled }) => {
      await leader.kill();
      await settled();
    },
    withinMs: 40_000,
    mend: mendAll,
    expected: { outcome: "converged" },
  },
  {
    name: "the leader has died this very moment",
    fault: ({ leader }) => leader.kill(),
    withinMs: 40_000,
    mend: mendAll,
    expected: { outcome: ["converged", "failed"], classes: ["unavailable", "conflict"], says: /^$|No answer/ },
  },
  {
    name: "the member that the run talks to is killed in mid-run",
    fault: ({ proxy, member }) => proxy.when(WRITE, () => member.kill(), 3),
    withinMs: 40_000,
    mend: mendAll,
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "the leader is killed in mid-run",
    fault: ({ proxy, leader }) => proxy.when(WRITE, () => leader.kill(), 3),
    withinMs: 40_000,
    mend: mendAll,
    expected: { outcome: ["converged", "held"], classes: ["unavailable"] },
  },
  {
    name: "the leader steps down in mid-run",
    fault: ({ proxy, system }) => proxy.when(WRITE, () => system("$JS.API.META.LEADER.STEPDOWN"), 3),
    withinMs: 40_000,
    expected: { outcome: "converged" },
  },
  {
    name: "the leader stands still for 3 s in mid-run (SIGSTOP)",
    fault: ({ proxy, leader }) => {
      const wake = () => process.kill(leader.pid, "SIGCONT");
      proxy.when(WRITE, () => void (process.kill(leader.pid, "SIGSTOP") && setTimeout(wake, 3000)), 3);
    },
    withinMs: 40_000,
    expected: { outcome: "converged" },
  },
  {
    name: "two of three are down: no quorum",
    fault: ({ others }) => killed(others),
    withinMs: 9000,
    mend: mendAll,
    expected: { outcome: "failed", classes: ["unavailable", "conflict"], says: /temporarily unavailable|No answer/ },
  },
  {
    name: "two of three are killed in mid-run",
    fault: ({ proxy, others }) => proxy.when(WRITE, () => killed(others), 3),
    withinMs: 9000,
    mend: mendAll,
    expected: { outcome: "failed", classes: ["unavailable", "conflict"], says: /temporarily unavailable|No answer/ },
  },
];

async function killed(members: readonly NatsServer[]): Promise<void> {
  await Promise.all(members.map((each) => each.kill()));
}

async function mendAll({ member, others, settled }: ClusterStage): Promise<void> {
  await Promise.all([member, ...others].map((each) => each.restart()));
  await settled();
}
