import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

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

  const limited = (consumerLimits: object) => ({ name: "limits", streams: [{ name: "A", consumerLimits }] });
  const held = (limits: string) => [`consumerLimits: {} → ${limits}, safe, held`];

  it("are held where the topology does not lower the consumer, with its name and both values, and nothing is sent", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });
    const config = { name: "c", durable_name: "c", ack_policy: "explicit", max_ack_pending: 100 };
    await api(nc, "CONSUMER.CREATE.A.c", { stream_name: "A", config });
    const limits = { max_ack_pending: 50 };
    const raw = api(nc, "STREAM.UPDATE.A", { name: "A", subjects: ["a"], consumer_limits: limits });
    await expect(raw).rejects.toMatchObject({ errCode: 10069 });

    for (const mode of ["plan", "ensure"] as const) {
      const run = await runOn(server, limited({ maxAckPending: 50 }), { mode });

      expect(run.requests.write).toBe(0);
      expect(differencesOf(run, "stream/A")).toEqual(held('{"maxAckPending":50}'));
      expect(reported(run, "stream/A").error).toEqual({
        class: "config",
        code: 10069,
        message:
          'Its consumerLimits would allow maxAckPending 50, and consumer "c" has maxAckPending 100: lower the consumer, ' +
          "or raise the limit.",
      });
    }
    expect(await runOn(server, limited({ maxAckPending: 100 }))).toMatchObject({ summary: { updated: 1 } });
  });

  it("are held where one is not set, on servers that take it for 0, and applied on newer ones", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });
    const config = { name: "c", durable_name: "c", ack_policy: "explicit" };
    await api(nc, "CONSUMER.CREATE.A.c", { stream_name: "A", config });

    const planned = await runOn(server, limited({ inactiveThreshold: "1h" }), { mode: "plan" });
    const run = await runOn(server, limited({ inactiveThreshold: "1h" }));

    if (isAtLeast({ version }, "2.14.0")) {
      expect(run).toMatchObject({ converged: true, summary: { updated: 1 } });
    } else {
      expect(run.requests.write).toBe(0);
      expect(differencesOf(planned, "stream/A")).toEqual(held('{"inactiveThreshold":"1h"}'));
      expect(reported(run, "stream/A").error?.message).toBe(
        `Its consumerLimits would have no maxAckPending, which server ${version} takes for 0, and consumer "c" has ` +
          "maxAckPending 1000: declare a maxAckPending in them, or use server 2.14.",
      );
    }
    expect(await runOn(server, limited({ inactiveThreshold: "1h", maxAckPending: 1000 }))).toMatchObject({
      converged: true,
    });
  });
});
