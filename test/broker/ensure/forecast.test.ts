import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";

const STREAM = { name: "ORDERS", subjects: ["orders.>"] };

async function forecastOf(server: { url: string }, fields: object) {
  const result = await runOn(server, { name: "shop", streams: [{ ...STREAM, ...fields }] }, { mode: "plan" });
  const [difference] = reported(result, "stream/ORDERS").differences;
  return { ...difference?.forecast, outcome: difference?.outcome, warnings: result.warnings };
}

eachVersion("a forecast", (version) => {
  it("of an age counts the older messages, also where some are gone already, and writes nothing", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", STREAM);
    await publish(nc, "orders.new", 40);
    for (const seq of [3, 4, 17]) await api(nc, "STREAM.MSG.DELETE.ORDERS", { seq });
    const before = Date.now();
    await sleep(3000);
    await publish(nc, "orders.new", 20);
    await api(nc, "STREAM.MSG.DELETE.ORDERS", { seq: 50 });
    await using counts = await countApiRequests(server, nc);

    // In the middle of the pause, as far as that is from now: a machine may stand still for a second.
    const age = Date.now() - before - 1500;
    expect(await forecastOf(server, { maxAge: `${age}ms` })).toMatchObject({
      messages: 37,
      certainty: "exact",
      outcome: "held",
      warnings: [],
    });
    expect(await forecastOf(server, { maxAge: "1h" })).toMatchObject({ messages: 0, outcome: "toApply" });
    // The server may tell late of the deletes before.
    expect((await counts.writes()).filter((subject) => !subject.includes("MSG.DELETE"))).toEqual([]);
  });

  it("of a limit per subject counts each subject's excess", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", STREAM);
    for (const [subject, count] of [
      ["orders.a", 9],
      ["orders.b", 2],
      ["orders.c", 4],
    ] as const) {
      await publish(nc, subject, count);
    }

    expect(await forecastOf(server, { maxMsgsPerSubject: 3 })).toMatchObject({ messages: 7, certainty: "exact" });
    expect(await forecastOf(server, { maxMsgsPerSubject: 9 })).toMatchObject({ messages: 0, outcome: "toApply" });
  });

  it("of interest retention knows what consumers have still to get, and touches none of them", async () => {
    if (version.startsWith("2.9.")) return;
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", STREAM);
    await publish(nc, "orders.a", 10);
    await publish(nc, "orders.b", 5);
    const config = { durable_name: "b", name: "b", ack_policy: "explicit", filter_subject: "orders.b" };
    await api(nc, "CONSUMER.CREATE.ORDERS.b.orders.b", { stream_name: "ORDERS", config });

    expect(await forecastOf(server, { retention: "interest" })).toMatchObject({ messages: 10, certainty: "at most" });
    expect((await api(nc, "CONSUMER.INFO.ORDERS.b")).num_pending).toBe(5);
  });

  it("of a user who may not read messages is rougher, and says why", async () => {
    const allowed = '"$JS.API.INFO", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES"';
    const config = `authorization { users: [
      { user: admin, password: a }, { user: u, password: p, permissions: { publish: [${allowed}] } } ] }`;
    await using server = await startServer(version, { config });
    const nc = await server.connect({ user: "admin", pass: "a" });
    await api(nc, "STREAM.CREATE.ORDERS", STREAM);
    await publish(nc, "orders.new", 5);
    await sleep(600);
    await publish(nc, "orders.new", 5);

    const connection = { credentials: { user: "u", password: "p" } };
    const topology = { name: "shop", streams: [{ ...STREAM, maxAge: "500ms" }] };
    const result = await runOn(server, topology, { mode: "plan", connection });

    expect(reported(result, "stream/ORDERS").differences[0]?.forecast).toMatchObject({
      messages: 10,
      certainty: "at most",
    });
    expect(result.warnings.join()).toMatch(
      /What ORDERS holds is not certain: .*may not publish to \$JS\.API\.STREAM\.MSG\.GET\.ORDERS/,
    );
  });
});
