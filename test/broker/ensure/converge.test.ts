import { describe, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";

eachVersion("ensure", (version) => {
  it("creates the fleet's 22 resources, and then finds nothing to do and writes nothing", async () => {
    await using server = await startServer(version);
    await using counts = await countApiRequests(server, await server.connect());

    const plan = await runOn(server, kanade, { mode: "plan" });
    expect(plan).toMatchObject({ converged: false, summary: { toCreate: 22, unchanged: 0 }, requests: { write: 0 } });
    expect(await counts.writes()).toEqual([]);

    const first = await runOn(server, kanade);
    expect(first).toMatchObject({ converged: true, planId: plan.planId, summary: { created: 22 } });
    expect(await counts.writes()).toHaveLength(22);

    await counts.forget();
    const second = await runOn(server, kanade);
    expect(second).toMatchObject({ converged: true, summary: { unchanged: 22 }, requests: { write: 0 }, warnings: [] });
    expect(await counts.writes()).toEqual([]);
    expect(second.resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
  });

  it("mends a changed cap, a removed stream, a raised history and a lost cap of an object store in one run", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await runOn(server, kanade);
    const change = async (stream: string, fields: object) => {
      const { config } = await api(nc, `STREAM.INFO.${stream}`);
      await api(nc, `STREAM.UPDATE.${stream}`, { ...config, ...fields });
    };
    await change("RESULTS", { max_bytes: 1024 ** 3 });
    await api(nc, "STREAM.DELETE.AUDIT");
    await change("KV_jobs", { max_msgs_per_subject: 20 });
    await change("OBJ_result_output", { max_bytes: -1 });
    await publish(nc, "$KV.jobs.nightly", 3);
    await publish(nc, "$KV.jobs.weekly", 5);
    await publish(nc, "$O.result_output.C.one", 10);

    const result = await runOn(server, kanade);

    expect(result).toMatchObject({ converged: true, summary: { created: 1, updated: 3, unchanged: 18, held: 0 } });
    expect(differencesOf(result, "stream/RESULTS")).toEqual(['maxBytes: "1GiB" → "2GiB", safe, applied']);
    expect(reported(result, "stream/AUDIT").outcome).toBe("created");
    expect(differencesOf(result, "kv/jobs")).toEqual(["history: 20 → 5, lossy, applied"]);
    // A store that refuses what is over its limit evicts nothing; 2.9 evicts all the same, but nothing is over it.
    const impact = version.startsWith("2.9.") ? "lossy" : "safe";
    expect(differencesOf(result, "object/result_output")).toEqual([
      `maxBytes: "unlimited" → "1GiB", ${impact}, applied`,
    ]);
    expect((await api(nc, "STREAM.INFO.KV_jobs")).state.messages).toBe(8);
    expect((await api(nc, "STREAM.INFO.OBJ_result_output")).state.messages).toBe(10);
    expect(await runOn(server, kanade)).toMatchObject({ summary: { unchanged: 22 }, requests: { write: 0 } });
  });

  it("holds what would discard messages, says how many, and applies the rest of the same resource", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    await publish(nc, "orders.new", 100);

    const declared = { name: "ORDERS", subjects: ["orders.>", "returns.>"], maxMsgs: 40 };
    const result = await runOn(server, { name: "shop", streams: [declared] });

    expect(result.converged).toBe(false);
    expect(reported(result, "stream/ORDERS").outcome).toBe("held");
    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'subjects: ["orders.>"] → ["orders.>","returns.>"], safe, applied',
      'maxMsgs: "unlimited" → 40, lossy, held',
    ]);
    expect(reported(result, "stream/ORDERS").differences[1]).toMatchObject({
      forecast: { messages: 60, certainty: "exact" },
      reason: "lowering it discards the oldest messages beyond it",
    });
    const { config, state } = await api(nc, "STREAM.INFO.ORDERS");
    expect(config.subjects).toEqual(["orders.>", "returns.>"]);
    expect(state.messages).toBe(100);

    const allowed = await runOn(server, { name: "shop", streams: [{ ...declared, allowLoss: ["maxMsgs"] }] });
    expect(allowed.converged).toBe(true);
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(40);
  });

  it("keeps every undeclared field through an update, and lists them", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    const modern = version.startsWith("2.9.") ? {} : { metadata: { team: "a" }, compression: "s2" };
    const live = {
      name: "ORDERS",
      subjects: ["orders.>"],
      max_age: 3_600_000_000_000,
      duplicate_window: 30_000_000_000,
      republish: { src: "orders.>", dest: "copy.>" },
      deny_purge: true,
      max_msg_size: 4096,
      ...modern,
    };
    await api(nc, "STREAM.CREATE.ORDERS", live);

    const result = await runOn(server, {
      name: "shop",
      streams: [{ name: "ORDERS", subjects: ["orders.>"], description: "what customers order" }],
    });

    expect(result.converged).toBe(true);
    const { config } = await api(nc, "STREAM.INFO.ORDERS");
    expect(config).toMatchObject({ ...live, description: "what customers order" });
    expect(reported(result, "stream/ORDERS").undeclared.map(({ field }) => field)).toEqual([
      "maxAge",
      "maxMsgSize",
      "duplicateWindow",
      ...("compression" in modern ? ["compression"] : []),
      "republish",
      "denyPurge",
      ...("metadata" in modern ? ["metadata"] : []),
    ]);
    expect(reported(result, "stream/ORDERS").undeclared).toContainEqual({ field: "maxAge", live: "1h" });
  });

  it("brings an undeclared field back to the default where the resource is exact", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"], max_age: 3_600_000_000_000 });

    const topology = { name: "shop", streams: [{ name: "ORDERS", subjects: ["orders.>"], exact: true }] };
    const result = await runOn(server, topology);

    expect(differencesOf(result, "stream/ORDERS")).toEqual(['maxAge: "1h" → "unlimited", safe, applied']);
    expect((await api(nc, "STREAM.INFO.ORDERS")).config.max_age).toBe(0);
    expect(await runOn(server, topology)).toMatchObject({ summary: { unchanged: 1 } });
  });

  it("never writes to a resource that is only observed, and reports its drift", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    await using counts = await countApiRequests(server, nc);

    const result = await runOn(server, {
      name: "shop",
      streams: [
        { name: "ORDERS", subjects: ["orders.>"], maxAge: "1h", manage: "observe" },
        { name: "MISSING", subjects: ["missing.>"], manage: "observe" },
      ],
    });

    expect(await counts.writes()).toEqual([]);
    expect(result).toMatchObject({ converged: false, summary: { held: 2, failed: 0 } });
    expect(differencesOf(result, "stream/ORDERS")[0]).toContain("held");
    expect(reported(result, "stream/MISSING").error?.message).toContain("only observed");
  });

  it("lowers an age under the default duplicate window, which would be refused by itself", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });

    const topology = { name: "shop", streams: [{ name: "ORDERS", subjects: ["orders.>"], maxAge: "1m" }] };
    const result = await runOn(server, topology);

    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'maxAge: "unlimited" → "1m", lossy, applied',
      'duplicateWindow: "2m" → "1m", safe, applied',
    ]);
    expect(await runOn(server, topology)).toMatchObject({ summary: { unchanged: 1 }, requests: { write: 0 } });
  });

  it("creates, updates and then leaves alone a durable consumer; holds what the server never changes", async () => {
    await using server = await startServer(version);
    const consumer = { stream: "ORDERS", name: "billing", maxDeliver: 5, filterSubject: "orders.paid" };
    const topology = (fields: object) => ({
      name: "shop",
      streams: [{ name: "ORDERS", subjects: ["orders.>"] }],
      consumers: [{ ...consumer, ...fields }],
    });

    expect(await runOn(server, topology({}))).toMatchObject({ converged: true, summary: { created: 2 } });
    expect(await runOn(server, topology({}))).toMatchObject({ summary: { unchanged: 2 }, requests: { write: 0 } });
    const changed = await runOn(server, topology({ maxDeliver: 9, ackWait: "1m", ackPolicy: "all" }));

    expect(differencesOf(changed, "consumer/ORDERS/billing")).toEqual([
      'ackPolicy: "explicit" → "all", immutable, held',
      'ackWait: "30s" → "1m", safe, applied',
      "maxDeliver: 5 → 9, safe, applied",
    ]);
    const { config } = await api(await server.connect(), "CONSUMER.INFO.ORDERS.billing");
    expect(config).toMatchObject({ ack_policy: "explicit", max_deliver: 9, filter_subject: "orders.paid" });
  });

  it("creates a stream that is declared sealed, and seals it where that is allowed", async () => {
    await using server = await startServer(version);
    const sealed = (more: object) => ({
      name: "shop",
      streams: [{ name: "LEDGER", subjects: ["ledger.>"], sealed: true, ...more }],
    });

    const first = await runOn(server, sealed({}));
    expect(differencesOf(first, "stream/LEDGER")).toEqual(["sealed: null → true, one-way, held"]);
    expect(await runOn(server, sealed({}))).toMatchObject({ summary: { held: 1 }, requests: { write: 0 } });
    const allowed = await runOn(server, sealed({ allowOneWay: true }));
    expect(allowed).toMatchObject({ converged: true, summary: { updated: 1 } });
    expect(await runOn(server, sealed({}))).toMatchObject({ converged: true, summary: { unchanged: 1 } });
  });

  it("lists what is live and not declared: streams, buckets as buckets, durable consumers; not what is ignored", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    const topology = { name: "shop", ignore: ["stream/TMP_*"], streams: [{ name: "ORDERS", subjects: ["orders.>"] }] };
    await runOn(server, topology);
    for (const [name, subject] of [
      ["OLD", "old.>"],
      ["TMP_1", "tmp.>"],
      ["KV_cache", "$KV.cache.>"],
      ["OBJ_files", "$O.files.C.>"],
    ]) {
      await api(nc, `STREAM.CREATE.${name}`, { name, subjects: [subject] });
    }
    const consumer = { durable_name: "stale", name: "stale", ack_policy: "explicit" };
    await api(nc, "CONSUMER.CREATE.ORDERS.stale", { stream_name: "ORDERS", config: consumer });

    const result = await runOn(server, topology, { mode: "plan" });

    expect(result.unmanaged).toEqual(["kv/cache", "object/files", "stream/OLD", "consumer/ORDERS/stale"]);
    expect(result).toMatchObject({ converged: true, summary: { unmanaged: 4, unchanged: 1 } });
  });

  it("looks at and writes only what is asked for", async () => {
    await using server = await startServer(version);

    const result = await runOn(server, kanade, { only: ["kv/jobs*", "stream/AUDIT"] });

    expect(result.resources.map(({ id }) => id)).toEqual(["stream/AUDIT", "kv/jobs", "kv/jobs_yaml"]);
    const { streams } = await api(await server.connect(), "STREAM.NAMES");
    expect(streams).toEqual(["AUDIT", "KV_jobs", "KV_jobs_yaml"]);
    await expect(runOn(server, kanade, { only: ["kv/jubs"] })).rejects.toThrow(/matches no resource.*"kv\/jubs"/);
  });
});

describe("buckets that other clients made", () => {
  // As the clients' sources write them: nats.go kv.go and object.go, async-nats context.rs, nats.js kv.ts and objectstore.ts.
  const bucket = (prefix: string, subjects: string[], more: object) => ({
    name: `${prefix}_jobs`,
    subjects,
    retention: "limits",
    storage: "file",
    discard: "new",
    allow_rollup_hdrs: true,
    allow_direct: true,
    num_replicas: 1,
    ...more,
  });
  const none = { max_msgs: -1, max_bytes: -1, max_msg_size: -1, max_consumers: -1 };
  const kv = { max_msgs_per_subject: 5 };
  const made = {
    "KV by Go": bucket("KV", ["$KV.jobs.>"], { ...kv, ...none, deny_delete: true, duplicate_window: 120e9 }),
    "KV by Rust": bucket("KV", ["$KV.jobs.>"], { ...kv, deny_delete: true, deny_purge: false, max_age: 0 }),
    "KV by JavaScript": bucket("KV", ["$KV.jobs.>"], { ...kv, max_bytes: -1, max_age: 0 }),
    "object store by Go": bucket("OBJ", ["$O.jobs.C.>", "$O.jobs.M.>"], {}),
    "object store by JavaScript": bucket("OBJ", ["$O.jobs.M.>", "$O.jobs.C.>"], { max_age: 0, max_bytes: -1 }),
  };

  eachVersion("", (version) => {
    it.each(Object.entries(made))("a %s is as declared", async (title, config) => {
      await using server = await startServer(version);
      await api(await server.connect(), `STREAM.CREATE.${config.name}`, config);

      const declared = title.startsWith("KV")
        ? { name: "t", kvBuckets: [{ name: "jobs", history: 5 }] }
        : { name: "t", objectStores: [{ name: "jobs" }] };
      const result = await runOn(server, declared);

      expect(result).toMatchObject({ summary: { unchanged: 1, unmanaged: 0 }, requests: { write: 0 } });
      expect(result.resources[0]?.undeclared).toEqual([]);
    });
  });
});
