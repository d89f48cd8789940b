import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestCluster, type TestCluster } from "../../support/nats-server.ts";
import { versions } from "../../support/versions.ts";
import { patiently } from "../patient.ts";
import { CONSUMER, type ConsumerDisruption, impactOfRun, type StreamDisruption } from "./disruption.ts";
import { comesTrue, isDelivered, isStored } from "./use.ts";

const WITHIN_MS = 240_000;
/** An election takes up to nine seconds, and longer on a machine that has other work. */
const ELECTED_WITHIN_MS = 30_000;
const NOT_ELECTED_WITHIN_MS = 12_000;
const CURRENT_WITHIN_MS = 30_000;

type Shared = "kind" | "declared";
const FEWER: [Pick<StreamDisruption, Shared>, Pick<ConsumerDisruption, Shared>] = [
  { kind: "stream", declared: ({ name }) => ({ subjects: [`${name}.>`], numReplicas: 1 }) },
  { kind: "consumer", declared: () => ({ numReplicas: 1 }) },
];

// On 2.9 each create in a cluster takes half a second, and what differs here is the same as on 2.10.
const inClusters = versions.filter((version) => !version.startsWith("2.9."));

describe.each(inClusters)("fewer replicas, in a cluster of nats-server %s", (version) => {
  let cluster: TestCluster;
  let nc: NatsConnection;
  beforeAll(async () => {
    cluster = await startTestCluster({ version });
    nc = await cluster.connect({ maxReconnectAttempts: -1, reconnectTimeWait: 250 });
  }, WITHIN_MS);
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it.each(FEWER)(
    "of a $kind: going on when the server that leads it is lost",
    async ({ kind, declared }) => {
      const name = kind === "stream" ? "S" : "T";
      const place = { nc, name };
      await patiently(nc, `STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], num_replicas: 3 });
      const config = { name: CONSUMER, durable_name: CONSUMER, ack_policy: "explicit", num_replicas: 3 };
      await patiently(nc, `CONSUMER.CREATE.${name}.${CONSUMER}`, { stream_name: name, config });
      const info = kind === "stream" ? `STREAM.INFO.${name}` : `CONSUMER.INFO.${name}.${CONSUMER}`;
      const isServed = async () => {
        const stored = await isStored(nc, `${name}.a`);
        return kind === "stream" ? stored : stored && isDelivered(nc, name);
      };
      const outlastsItsLeader = async (withinMs: number) => {
        const leader = (await patiently(nc, info)).cluster.leader as string;
        const server = cluster.servers[Number(leader.slice(1)) - 1];
        if (!server) throw new Error(`no member of the cluster is named ${leader}`);
        await server.kill();
        const outlasts = await comesTrue(isServed, withinMs);
        await server.restart();
        await cluster.leader();
        return outlasts;
      };
      const ensured = async (allow: boolean) => {
        const { url } = cluster.servers[0] as { url: string };
        const disruption = { kind, declared, field: "num_replicas" } as StreamDisruption | ConsumerDisruption;
        return impactOfRun({ url }, disruption, place, allow);
      };
      await comesTrue(isServed, ELECTED_WITHIN_MS);
      await replicasAreCurrent(nc, info);

      const before = await outlastsItsLeader(ELECTED_WITHIN_MS);
      await replicasAreCurrent(nc, info);
      const cautious = await ensured(false);
      const allowed = await ensured(true);
      await comesTrue(isServed, ELECTED_WITHIN_MS);
      const after = await outlastsItsLeader(NOT_ELECTED_WITHIN_MS);

      expect({ before, cautious, allowed, after }).toEqual({
        before: true,
        cautious: "disruptive, held",
        allowed: "disruptive, applied",
        after: false,
      });
    },
    WITHIN_MS,
  );
});

async function replicasAreCurrent(nc: NatsConnection, info: string): Promise<void> {
  for (const end = performance.now() + CURRENT_WITHIN_MS; ; await sleep(100)) {
    const { cluster } = await patiently(nc, info);
    const replicas: { current: boolean }[] = cluster?.replicas ?? [];
    if (cluster?.leader && replicas.length === 2 && replicas.every(({ current }) => current)) return;
    if (performance.now() > end) throw new Error(`the replicas are not current: ${JSON.stringify(cluster)}`);
  }
}
