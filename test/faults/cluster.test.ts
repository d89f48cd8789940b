import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteAll } from "../support/delete-all.ts";
import { startTestCluster, type TestCluster } from "../support/nats-server.ts";
import { runOn } from "../support/run.ts";
import { CLUSTER } from "./cluster-scenarios.ts";
import { clusterStage, connectTo, replicated } from "./cluster-stage.ts";
import { lostOf, messagesNow, stock } from "./goods.ts";
import { judgeAfterwards, judgeTold } from "./judge.ts";
import { rowOf } from "./row.ts";
import { toldBy } from "./told.ts";

describe("in a cluster of three", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  for (const { name, fault, mend, withinMs = 40_000, expected } of CLUSTER) {
    it(name, { timeout: 300_000 }, async ({ task }) => {
      await using stage = await clusterStage(cluster);
      const nc = await connectTo(cluster);
      await deleteAll(nc);
      await stock(nc, 3);
      const before = await messagesNow(nc);
      await fault(stage);

      const deadline = Date.now() + withinMs;
      const result = await runOn({ url: stage.proxy.address }, replicated, { deadline });
      const told = { ...toldBy(result), everything: JSON.stringify(result), durationMs: result.durationMs };
      task.meta.faults = [rowOf("in a cluster of three", name, expected, told)];

      await stage.proxy.idle();
      await mend?.(stage);
      await stage.settled();
      judgeTold(told, expected, withinMs);
      await judgeAfterwards({ url: stage.member.url }, replicated, {});
      expect(lostOf(before, await messagesNow(await connectTo(cluster)))).toEqual([]);
    });
  }
});
