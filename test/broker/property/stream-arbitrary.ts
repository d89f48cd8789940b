import fc from "fast-check";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";
import { STREAM_FIELDS } from "../../../lib/plan/fields/stream-fields.ts";

/** Stands for what tells one pair's names and subjects from another's. */
export const UNIQUE = "UNIQUE";

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;

/** Over before the plan is made; see WAIT_MS in world.ts. */
const GONE = SECOND / 10;
/** Longer than the whole test takes, on a slow machine too: no message may expire by itself before it is counted. */
const LONGER = 1800 * SECOND;

const limit = (...values: number[]) => fc.constantFrom(-1, ...values);
const seldom = (weight = 4) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

/** Values that are near each other and near what is stored, so that a change is now harmless and now not. */
const FIELDS: { [Field in keyof StreamConfig]?: fc.Arbitrary<NonNullable<StreamConfig[Field]>> } = {
  description: fc.constantFrom("a", "b"),
  subjects: fc
    .subarray([`${UNIQUE}.a`, `${UNIQUE}.b.*`, `${UNIQUE}.c.>`], { minLength: 1 })
    .chain((subjects) => fc.shuffledSubarray(subjects, { minLength: subjects.length })),
  retention: fc.oneof(
    { weight: 6, arbitrary: fc.constant("limits" as const) },
    { weight: 1, arbitrary: fc.constantFrom("interest" as const, "workqueue" as const) },
  ),
  max_consumers: limit(3, 10),
  max_msgs: limit(1, 4, 1000),
  max_bytes: limit(150, 600, 1024 ** 2),
  max_age: fc.constantFrom(0, GONE, LONGER, HOUR, 24 * HOUR),
  max_msgs_per_subject: limit(1, 2, 100),
  max_msg_size: limit(64, 4096),
  discard: fc.constantFrom("old", "new"),
  discard_new_per_subject: seldom(),
  storage: fc.oneof(
    { weight: 6, arbitrary: fc.constant("file" as const) },
    { weight: 1, arbitrary: fc.constant("memory" as const) },
  ),
  no_ack: seldom(),
  duplicate_window: fc.constantFrom(GONE, 30 * SECOND, 120 * SECOND),
  compression: fc.constantFrom("none", "s2"),
  first_seq: fc.constantFrom(1, 50),
  subject_transform: fc.constantFrom(
    { src: `${UNIQUE}.b.*`, dest: `${UNIQUE}.moved.{{wildcard(1)}}` },
    { src: `${UNIQUE}.b.*`, dest: `${UNIQUE}.b.{{wildcard(1)}}` },
  ),
  republish: fc.constantFrom(
    { src: `${UNIQUE}.a`, dest: `copy.${UNIQUE}` },
    { src: `${UNIQUE}.a`, dest: `copy.${UNIQUE}`, headers_only: true },
  ),
  allow_direct: fc.boolean(),
  sealed: seldom(8),
  deny_delete: fc.boolean(),
  deny_purge: seldom(),
  allow_rollup_hdrs: fc.boolean(),
  consumer_limits: fc.constantFrom({}, { max_ack_pending: 2000 }, { inactive_threshold: HOUR }),
  allow_msg_ttl: fc.boolean(),
  subject_delete_marker_ttl: fc.constantFrom(60 * SECOND, HOUR),
  allow_msg_counter: seldom(8),
  allow_atomic: fc.boolean(),
  allow_msg_schedules: seldom(6),
  persist_mode: fc.constantFrom("default", "async"),
  allow_batched: fc.boolean(),
  metadata: fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("1", "2")),
  sources: fc.shuffledSubarray(
    [
      { name: "ELSEWHERE" },
      { name: "FAR", filter_subject: "far.>" },
      { name: "NEAR", opt_start_time: "2026-01-01T00:00:00Z" },
    ],
    { minLength: 1 },
  ),
};

/** A stream's config in which each field is set or not, of those that the server knows. */
export function streamFields(
  version: string,
  leave: (keyof StreamConfig)[] = [],
  instead: typeof FIELDS = {},
): fc.Arbitrary<Partial<StreamConfig>> {
  const known = Object.entries({ ...FIELDS, ...instead }).filter(([field]) => {
    const since = STREAM_FIELDS[field as keyof StreamConfig].since;
    // 2.10.27 purges a stream with a first sequence at any restart, whoever made it.
    if (field === "first_seq" && !isAtLeast({ version }, "2.10.28")) return false;
    return !leave.includes(field as keyof StreamConfig) && (since === undefined || isAtLeast({ version }, since));
  });
  return someOf(Object.fromEntries(known) as Record<string, fc.Arbitrary<unknown>>, 9);
}

/** Ages under which what was stored just now does not go by itself. */
export const LIVE_AGES = fc.constantFrom(0, LONGER, HOUR, 24 * HOUR);

/** Some of the fields, each with some value. */
export function someOf<Config>(fields: Record<string, fc.Arbitrary<unknown>>, atMost: number): fc.Arbitrary<Config> {
  const names = Object.keys(fields);
  return fc
    .subarray(names, { maxLength: Math.min(atMost, names.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, fields[name] ?? fc.constant(null)]))))
    .map((config) => ({ ...config }) as Config);
}
