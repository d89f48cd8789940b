import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

const topology: Topology = {
  name: "shop",
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxMsgs: 40, description: "what customers order" },
    { name: "LEDGER", subjects: ["ledger.>"], denyPurge: true },
    { name: "WATCHED", subjects: ["watched.>"], maxMsgs: 1, manage: "observe" },
    { name: "FIXED", subjects: ["fixed.>"], storage: "memory" },
  ],
  kvBuckets: [{ name: "jobs", history: 2 }],
};

eachVersion("approving a plan", (version) => {
  async function started() {
    const server = await startServer(version);
    const nc = await server.connect();
    for (const name of ["ORDERS", "LEDGER", "WATCHED", "FIXED"]) {
      await api(nc, `STREAM.CREATE.${name}`, { name, subjects: [`${name.toLowerCase()}.>`] });
      await publish(nc, `${name.toLowerCase()}.a`, name === "ORDERS" ? 100 : 3);
    }
    await runOn(server, { name: "shop", kvBuckets: [{ name: "jobs", history: 5 }] });
    await publish(nc, "$KV.jobs.nightly", 5);
    return { server, nc };
  }

  it("of yesterday, of a stream that has grown since, is refused with the new forecast, and nothing is written", async () => {
    const { server, nc } = await started();
    await using _ = server;
    const yesterday = await runOn(server, topology, { mode: "plan" });
    await publish(nc, "orders.a", 10);
    await using counts = await countApiRequests(server, nc);

    const result = await runOn(server, topology, { approve: yesterday.planId ?? "" });

    expect(result.error).toMatchObject({ class: "conflict" });
    expect(result.error?.message).toContain(yesterday.planId);
    expect(result.error?.message).toContain(result.planId);
    expect(result.planId).not.toBe(yesterday.planId);
    const forecastIn = (plan: typeof result) =>
      reported(plan, "stream/ORDERS").differences.find(({ field }) => field === "maxMsgs")?.forecast;
    expect(forecastIn(yesterday)).toMatchObject({ messages: 60, certainty: "exact" });
    expect(forecastIn(result)).toMatchObject({ messages: 70, certainty: "exact" });
    expect(await counts.writes()).toEqual([]);
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(110);
    expect((await api(nc, "STREAM.INFO.ORDERS")).config.description).toBeUndefined();
  });

  it.each([["a changed live config", { name: "LEDGER", subjects: ["ledger.>", "more"], max_msgs: 7 }]])(
    "of %s is refused too",
    async (_title, config) => {
      const { server, nc } = await started();
      await using _ = server;
      const yesterday = await runOn(server, topology, { mode: "plan" });
      await api(nc, "STREAM.UPDATE.LEDGER", config);

      const result = await runOn(server, topology, { approve: yesterday.planId ?? "" });

      expect(result).toMatchObject({ error: { class: "conflict" }, requests: { write: 0 } });
    },
  );

  it("as it is now applies that plan: what it held as lossy, disruptive or one-way, and nothing else", async () => {
    const { server, nc } = await started();
    await using _ = server;
    const plan = await runOn(server, topology, { mode: "plan" });

    const result = await runOn(server, topology, { approve: plan.planId ?? "" });

    expect(result.planId).toBe(plan.planId);
    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'description: "" → "what customers order", safe, applied',
      'maxMsgs: "unlimited" → 40, lossy, applied',
    ]);
    expect(differencesOf(result, "stream/LEDGER")).toEqual(["denyPurge: false → true, one-way, applied"]);
    expect(differencesOf(result, "kv/jobs")).toEqual(["history: 5 → 2, lossy, applied"]);
    expect(differencesOf(result, "stream/WATCHED")).toEqual(['maxMsgs: "unlimited" → 1, lossy, held']);
    expect(differencesOf(result, "stream/FIXED")).toEqual(['storage: "file" → "memory", immutable, held']);
    for (const { id, differences } of plan.resources) {
      const asPlanned = reported(result, id).differences.map(({ outcome: _, ...difference }) => difference);
      expect(asPlanned).toEqual(differences.map(({ outcome: _, ...difference }) => difference));
    }
    const messages = async (stream: string) => (await api(nc, `STREAM.INFO.${stream}`)).state.messages;
    expect([await messages("ORDERS"), await messages("KV_jobs"), await messages("WATCHED")]).toEqual([40, 2, 3]);
    // And it stays approved for that run only.
    const next = await runOn(server, topology);
    expect(next).toMatchObject({ summary: { unchanged: 3, held: 2 }, requests: { write: 0 } });
  });

  it("of a part of the topology touches that part only", async () => {
    const { server, nc } = await started();
    await using _ = server;
    const only = ["stream/LEDGER"];
    const plan = await runOn(server, topology, { mode: "plan", only });

    const result = await runOn(server, topology, { approve: plan.planId ?? "", only });

    expect(result).toMatchObject({ converged: true, summary: { updated: 1 } });
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(100);
    // The id of a part is not the id of the whole.
    const whole = await runOn(server, topology, { approve: plan.planId ?? "" });
    expect(whole).toMatchObject({ error: { class: "conflict" }, requests: { write: 0 } });
  });
});
