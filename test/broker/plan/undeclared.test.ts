import { expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { go, javascript } from "../../support/clients.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };
const HOUR = 3_600_000_000_000;

eachVersion("what nobody declared", (version) => {
  const modern = isAtLeast({ version }, "2.10.0");
  const server = sharedServer(version);

  /** Live resources that somebody has set more on than the topology says. */
  const topology: Topology = {
    name: "shop",
    streams: [ORDERS],
    kvBuckets: [{ name: "jobs", history: 5 }],
    objectStores: [{ name: "files" }],
    consumers: [{ stream: "ORDERS", name: "billing" }],
  };
  async function makeLive() {
    const more = modern ? { metadata: { team: "a" }, compression: "s2" } : {};
    await api(server.nc, "STREAM.CREATE.ORDERS", {
      name: "ORDERS",
      subjects: ["orders.>"],
      max_age: HOUR,
      max_msgs: 7,
      ...more,
    });
    await api(
      server.nc,
      "STREAM.CREATE.KV_jobs",
      go.kv({ name: "jobs", history: 5, maxValueSize: "1KiB", description: "d" }),
    );
    await api(server.nc, "STREAM.CREATE.OBJ_files", javascript.objects({ name: "files", maxBytes: "1GiB" }));
    const config = {
      durable_name: "billing",
      name: "billing",
      ack_policy: "explicit",
      max_deliver: 3,
      sample_freq: "100%",
    };
    await api(server.nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
  }
  const undeclared = {
    "stream/ORDERS": [
      { field: "maxMsgs", live: 7 },
      { field: "maxAge", live: "1h" },
      ...(modern
        ? [
            { field: "compression", live: "s2" },
            { field: "metadata", live: { team: "a" } },
          ]
        : []),
    ],
    "kv/jobs": [
      { field: "description", live: "d" },
      { field: "maxValueSize", live: "1KiB" },
    ],
    "object/files": [{ field: "maxBytes", live: "1GiB" }],
    "consumer/ORDERS/billing": [
      { field: "maxDeliver", live: 3 },
      { field: "sampleFreq", live: "100%" },
    ],
  };

  it("is listed by the topology's own names and in its units, and kept", async () => {
    await makeLive();

    const result = await runOn(server, topology);

    expect(result).toMatchObject({ converged: true, summary: { unchanged: 4 }, requests: { write: 0 } });
    const listed = Object.fromEntries(
      result.resources.map(({ id, undeclared }) => [
        id,
        // 2.11 and newer add to metadata what they need of it, which is nobody's.
        undeclared.map(({ field, live }) => ({ field, live: field === "metadata" ? own(live) : live })),
      ]),
    );
    expect(listed).toEqual(undeclared);
  });

  it("goes back to the defaults where the topology is exact, and a second run finds nothing", async () => {
    await makeLive();
    const exact = { ...topology, exact: true };

    const result = await runOn(server, exact);

    expect(result).toMatchObject({ converged: true, summary: { updated: 4 } });
    for (const [id, fields] of Object.entries(undeclared)) {
      expect(reported(result, id).differences.map(({ field }) => field)).toEqual(fields.map(({ field }) => field));
      expect(reported(result, id).differences.every(({ outcome }) => outcome === "applied")).toBe(true);
    }
    expect((await api(server.nc, "STREAM.INFO.ORDERS")).config).toMatchObject({ max_age: 0, max_msgs: -1 });
    expect(await runOn(server, exact)).toMatchObject({ summary: { unchanged: 4 }, requests: { write: 0 } });
    expect((await runOn(server, exact)).resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
  });

  it("is told and never touched where an exact resource is only observed", async () => {
    await makeLive();
    await using counts = await countApiRequests(server, server.nc);

    const result = await runOn(server, {
      name: "shop",
      streams: [{ ...ORDERS, exact: true, manage: "observe" }],
    });

    expect(reported(result, "stream/ORDERS").outcome).toBe("held");
    expect(differencesOf(result, "stream/ORDERS")).toEqual([
      'maxMsgs: 7 → "unlimited", safe, held',
      'maxAge: "1h" → "unlimited", safe, held',
      ...(modern ? ['compression: "s2" → "none", safe, held', 'metadata: {"team":"a"} → {}, safe, held'] : []),
    ]);
    expect(await counts.writes()).toEqual([]);
  });

  it("is listed as unmanaged, a bucket as a bucket, but for what the patterns ignore; nothing that comes by itself", async () => {
    await runOn(server, topology);
    for (const name of ["OLD", "TMP_1", "TMP_2", "KVISH", "OBJECTS"])
      await api(server.nc, `STREAM.CREATE.${name}`, { name });
    for (const name of ["cache", "cache_tmp"]) await api(server.nc, `STREAM.CREATE.KV_${name}`, go.kv({ name }));
    await api(server.nc, "STREAM.CREATE.OBJ_blobs", go.objects({ name: "blobs" }));
    for (const name of ["stale", "stale_tmp"]) {
      const config = { durable_name: name, name, ack_policy: "explicit" };
      await api(server.nc, `CONSUMER.CREATE.ORDERS.${name}`, { stream_name: "ORDERS", config });
    }
    // What a client that reads makes for itself, and what a watcher of a bucket makes.
    const ephemeral = { name: "e", ack_policy: "none", inactive_threshold: HOUR, mem_storage: true };
    await api(server.nc, "CONSUMER.CREATE.ORDERS.e", { stream_name: "ORDERS", config: ephemeral });
    await api(server.nc, "CONSUMER.CREATE.KV_jobs.w", { stream_name: "KV_jobs", config: { ...ephemeral, name: "w" } });

    const all = await runOn(server, topology, { mode: "plan" });
    const ignore = ["stream/TMP_*", "kv/*_tmp", "consumer/*/*_tmp", "object/*"];
    const some = await runOn(server, { ...topology, ignore }, { mode: "plan" });

    expect(all).toMatchObject({ converged: true, summary: { unchanged: 4, unmanaged: 10 }, warnings: [] });
    expect([...all.unmanaged].sort()).toEqual([
      "consumer/ORDERS/stale",
      "consumer/ORDERS/stale_tmp",
      "kv/cache",
      "kv/cache_tmp",
      "object/blobs",
      "stream/KVISH",
      "stream/OBJECTS",
      "stream/OLD",
      "stream/TMP_1",
      "stream/TMP_2",
    ]);
    expect([...some.unmanaged].sort()).toEqual([
      "consumer/ORDERS/stale",
      "kv/cache",
      "stream/KVISH",
      "stream/OBJECTS",
      "stream/OLD",
    ]);
    expect(some.planId).toBe(all.planId);
    expect(all.resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
    // The whole topology says what is managed, also for a run of a part of it.
    const part = await runOn(server, topology, { mode: "plan", only: ["kv/*"] });
    expect(part.unmanaged).not.toContain("stream/ORDERS");
  });
});

function own(metadata: unknown): object {
  return Object.fromEntries(Object.entries(metadata as object).filter(([key]) => !key.startsWith("_nats.")));
}
