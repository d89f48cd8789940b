import fc from "fast-check";
import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { STREAM_FIELDS } from "../../../lib/plan/fields/stream-fields.ts";
import type { RawConfig } from "../../support/clients.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { seedOr } from "../../support/property-seed.ts";
import { api, RawApiError } from "../../support/raw.ts";
import { expectNothingToDo, exportOf } from "./exported.ts";

const STREAMS = 400;
const SEED = seedOr(20260);
const SECOND = 1e9;

const count = fc.constantFrom(-1, 0, 1, 7, 1000);
const size = fc.constantFrom(-1, 0, 1024, 1_000_001);
/** Seldom on: it goes with little else. */
const seldom = fc.integer({ max: 9, min: 0 }).map((n) => n === 0);
const span = fc.constantFrom(0, SECOND / 10, SECOND, 90 * SECOND, 3600 * SECOND + 1);
const name = fc.constantFrom("", "KV_", "OBJ_").chain((prefix) => fc.integer().map((n) => `${prefix}r${Math.abs(n)}`));

/** What the server takes or refuses as it likes: the test looks at what it took. */
const config = fc.record(
  {
    description: fc.constantFrom("", "for the test", "two\nlines: # and more"),
    retention: fc.constantFrom("limits", "interest", "workqueue"),
    max_consumers: count,
    max_msgs: count,
    max_bytes: size,
    max_age: span,
    max_msgs_per_subject: count,
    max_msg_size: size,
    discard: fc.constantFrom("old", "new"),
    discard_new_per_subject: seldom,
    storage: fc.constantFrom("file", "memory"),
    num_replicas: fc.constantFrom(0, 1),
    no_ack: fc.boolean(),
    duplicate_window: span,
    compression: fc.constantFrom("none", "s2"),
    first_seq: fc.constantFrom(0, 1, 50),
    republish: fc.constantFrom({ src: ">", dest: "copy.>" }, { src: "", dest: "copy.>", headers_only: true }),
    allow_direct: fc.boolean(),
    mirror_direct: seldom,
    deny_delete: fc.boolean(),
    deny_purge: seldom,
    allow_rollup_hdrs: fc.boolean(),
    consumer_limits: fc.constantFrom({}, { max_ack_pending: 5 }, { inactive_threshold: SECOND }),
    metadata: fc.dictionary(fc.constantFrom("a", "b c", "__proto__"), fc.constantFrom("1", "true")),
    allow_msg_ttl: fc.boolean(),
    subject_delete_marker_ttl: fc.constantFrom(0, SECOND),
    allow_msg_counter: seldom,
    allow_atomic: fc.boolean(),
    allow_msg_schedules: seldom,
    persist_mode: seldom.map((on) => (on ? "async" : "default")),
    allow_batched: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Random subjects of its own, those of a bucket, or what it takes from another stream. */
const taken = fc.constantFrom("own", "bucket", "default", "mirror", "sources");

function configs(version: string): RawConfig[] {
  const rows: Record<string, { since?: string }> = STREAM_FIELDS;
  const sampled = fc.sample(fc.tuple(name, taken, config), { seed: SEED, numRuns: 10 * STREAMS });
  return sampled.map(([name, taken, fields]) => {
    // A server takes counters with markers, which turn message TTLs on, and refuses every update of them afterwards: no
    // topology can declare that.
    const odd = (field: string) => field === "subject_delete_marker_ttl" && fields.allow_msg_counter;
    const known = Object.entries(fields).filter(
      ([field]) => isAtLeast({ version }, rows[field]?.since ?? "0.0.0") && !odd(field),
    );
    return { ...Object.fromEntries(known), name, ...takenBy(name, taken) };
  });
}

function takenBy(name: string, taken: string): object {
  const bucket = name.replace(/^(KV|OBJ)_/, "");
  if (taken === "mirror") return { mirror: { name: "ORIGIN" } };
  if (taken === "sources") return { sources: [{ name: "ORIGIN", filter_subject: `origin.${bucket}` }] };
  if (taken === "default") return {};
  if (taken === "own" || bucket === name) return { subjects: [`${bucket}.>`, `and.${bucket}`] };
  return { subjects: name.startsWith("KV_") ? [`$KV.${bucket}.>`] : [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`] };
}

async function fill(server: TestServer, version: string): Promise<number> {
  const nc = await server.connect();
  await api(nc, "STREAM.CREATE.ORIGIN", { name: "ORIGIN", subjects: ["origin.>"] });
  let made = 1;
  for (const config of configs(version)) {
    if (made === STREAMS) break;
    try {
      await api(nc, `STREAM.CREATE.${config.name}`, config);
      made += 1;
    } catch (error) {
      // Which of them go together is the server's to say.
      if (!(error instanceof RawApiError)) throw error;
    }
  }
  return made;
}

eachVersion("random streams and buckets", (version) => {
  it("come back as a topology that finds nothing to do", async () => {
    await using server = await startServer(version);
    const made = await fill(server, version);

    const exported = await exportOf(server);

    expect(made).toBeGreaterThanOrEqual(300);
    expect(exported.remarks.filter((remark) => !remark.includes("left open"))).toEqual([]);
    await expectNothingToDo(server, exported);
    const { streams = [], kvBuckets = [], objectStores = [] } = exported.topology;
    expect(streams.length + kvBuckets.length + objectStores.length).toBe(made);
    expect(kvBuckets.length * objectStores.length).toBeGreaterThan(0);
  });
});
