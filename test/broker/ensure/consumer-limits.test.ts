import { expect, it } from "vitest";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";

eachVersionSince("2.10.0", "consumerLimits below a live consumer's value", (version) => {
  it("are lowered in one run where the topology lowers the consumer too", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });
    const config = { name: "c", durable_name: "c", ack_policy: "explicit", max_ack_pending: 100 };
    await api(nc, "CONSUMER.CREATE.A.c", { stream_name: "A", config });
    const topology = {
      name: "limits",
      streams: [{ name: "A", subjects: ["a"], consumerLimits: { maxAckPending: 50 } }],
      consumers: [{ stream: "A", name: "c", ackPolicy: "explicit" as const, maxAckPending: 50, allowDisruption: true }],
    };

    expect(await runOn(server, topology)).toMatchObject({ converged: true, summary: { updated: 2 } });
    expect(await runOn(server, topology)).toMatchObject({ converged: true, requests: { write: 0 } });
  });
});
