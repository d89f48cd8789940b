import { afterAll, beforeAll, describe, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { startTestCluster, type TestCluster } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";

describe("a cluster of three", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  }, 120_000);
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  it("gets the fleet's resources with three replicas, and then no write", { timeout: 120_000 }, async () => {
    const replicated = {
      ...kanade,
      streams: kanade.streams?.map((stream) => ({ ...stream, numReplicas: 3 })) ?? [],
      kvBuckets: kanade.kvBuckets?.map((bucket) => ({ ...bucket, numReplicas: 3 })) ?? [],
    };
    const server = { url: cluster.urls[0] ?? "" };

    expect(await runOn(server, replicated)).toMatchObject({ converged: true, summary: { created: 22 } });
    const second = await runOn({ url: cluster.urls[1] ?? "" }, replicated);
    expect(second).toMatchObject({ summary: { unchanged: 22 }, requests: { write: 0 }, warnings: [] });
    expect(second.broker?.cluster).toBeTruthy();
    expect(second.resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
  });

  it("scales a stream up and down, for both are safe here", { timeout: 120_000 }, async () => {
    const nc = await cluster.connect();
    const server = { url: cluster.urls[0] ?? "" };
    const scaled = (numReplicas: number) => ({ name: "shop", streams: [{ name: "S", subjects: ["s"], numReplicas }] });
    await runOn(server, scaled(1));

    const up = await runOn(server, scaled(3));

    expect(differencesOf(up, "stream/S")).toEqual(["numReplicas: 1 → 3, safe, applied"]);
    expect(await runOn(server, scaled(3))).toMatchObject({ summary: { unchanged: 1 } });
    await runOn(server, scaled(1));
    expect((await api(nc, "STREAM.INFO.S")).config.num_replicas).toBe(1);
  });
});
