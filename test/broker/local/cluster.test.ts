import { describe, expect, it } from "vitest";
import { startTestCluster } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";

describe("a cluster of three", () => {
  it("takes a replicated stream as soon as it is there, and elects another leader when one dies", {
    timeout: 120_000,
  }, async () => {
    await using cluster = await startTestCluster();
    const nc = await cluster.connect();

    const created = await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s"], num_replicas: 3 });
    await publish(nc, "s", 5);
    const leader = await cluster.leader();
    await leader.kill();
    const next = await cluster.leader();

    expect(created.config.num_replicas).toBe(3);
    expect(next.pid).not.toBe(leader.pid);
    const survivors = cluster.servers.filter((server) => server !== leader).map((server) => server.url);
    const other = await cluster.connect({ servers: survivors });
    // The stream elects its own leader, after the cluster has: until then nobody answers for it.
    const messages = () => api(other, "STREAM.INFO.S").then(({ state }) => state.messages, String);
    await expect.poll(messages, { timeout: 40_000 }).toBe(5);

    await leader.restart();
    await cluster.leader();
    const replicas = () => api(other, "STREAM.INFO.S").then(({ cluster }) => cluster.replicas?.length, String);
    await expect.poll(replicas, { timeout: 40_000 }).toBe(2);
  });

  it("has a system account, whose user sees all members", async () => {
    await using cluster = await startTestCluster();
    const { user, password } = cluster.system;
    const nc = await cluster.connect({ user, pass: password });

    const names = new Set<string>();
    const replies = await nc.requestMany("$SYS.REQ.SERVER.PING", "", { maxMessages: 3, maxWait: 2_000 });
    for await (const reply of replies) names.add(reply.json<{ server: { name: string } }>().server.name);

    expect(names).toEqual(new Set(["n1", "n2", "n3"]));
  });
});
