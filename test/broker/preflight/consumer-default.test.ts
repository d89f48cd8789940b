import type { NatsConnection } from "nats";
import { expect, it } from "vitest";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";

const TOPOLOGY: Topology = {
  name: "shop",
  streams: [{ name: "ORDERS" }],
  consumers: [
    { stream: "ORDERS", name: "billing" },
    { stream: "ORDERS", name: "shipping" },
  ],
};

async function makeConsumers(nc: NatsConnection, count: number): Promise<void> {
  await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", storage: "memory" });
  const names = Array.from({ length: count }, (_, at) => `c${at}`);
  await Promise.all(
    names.map((name) => {
      const config = { name, durable_name: name, ack_policy: "none", mem_storage: true };
      return api(nc, `CONSUMER.CREATE.ORDERS.${name}`, { stream_name: "ORDERS", config, action: "create" });
    }),
  );
}

eachVersionSince("2.15.0", "the server's default of 1,000 consumers on a stream", (version) => {
  it("is warned of by a plan that would pass it, and not by one that reaches it", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await makeConsumers(nc, 998);
    const reaches = await runOn(server, TOPOLOGY, { mode: "plan" });
    await api(nc, "CONSUMER.CREATE.ORDERS.one-more", {
      stream_name: "ORDERS",
      config: { name: "one-more", durable_name: "one-more", ack_policy: "none" },
      action: "create",
    });

    const passes = await runOn(server, TOPOLOGY, { mode: "plan" });
    const ensured = await runOn(server, TOPOLOGY);

    expect(reaches.warnings).toEqual([]);
    expect(passes.warnings).toEqual([
      `stream/ORDERS would have 1001 consumers: where neither the stream nor the account has a limit, nats-server ` +
        `${version} allows 1000 on a stream, unless default_max_consumers in its configuration says otherwise, which ` +
        "no request tells. Declare maxConsumers on the stream to allow more.",
    ]);
    expect(passes.summary).toMatchObject({ toCreate: 2, failed: 0 });
    expect(ensured.summary).toMatchObject({ created: 1, failed: 1 });
  }, 60_000);

  it("does not count where the stream has a limit of its own", async () => {
    await using server = await startServer(version, { jetstream: { limits: "default_max_consumers: 1" } });
    const streams = [{ name: "ORDERS", maxConsumers: 5 }];

    const result = await runOn(server, { ...TOPOLOGY, streams });

    expect(result).toMatchObject({ summary: { created: 3, failed: 0 }, warnings: [] });
  });

  it("that another configuration lowers is explained where the server refuses (10026)", async () => {
    await using server = await startServer(version, { jetstream: { limits: "default_max_consumers: 1" } });

    const result = await runOn(server, TOPOLOGY);

    const refused = result.resources.filter(({ outcome }) => outcome === "failed");
    expect(refused).toHaveLength(1);
    expect(reported(result, refused[0]?.id ?? "").error).toMatchObject({
      code: 10026,
      class: "limits",
      message: expect.stringContaining("Declare maxConsumers, raise the limit, or declare fewer consumers."),
    });
  });
});
