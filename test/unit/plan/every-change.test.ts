import { describe, expect, it } from "vitest";
import type { ConsumerConfig, ConsumerInfo, StreamConfig, StreamState } from "../../../lib/jetstream/types.ts";
import { birth, decide } from "../../../lib/plan/decide.ts";
import type { Stored } from "../../../lib/plan/field.ts";
import { CONSUMER_TABLE, type Fields, STREAM_TABLE, type Table } from "../../../lib/plan/tables.ts";
import { CAUTIOUS, EMPTY } from "./question.ts";

/*
 * What the plan says of every change of every field, on both sides of every release where it says something else: the
 * two tables as a text. After a change of a row `npx vitest run --project unit -u every-change` writes it anew; read the
 * difference as a user would who is told so.
 */

const SECOND = 1_000_000_000;
const DAY = 86_400 * SECOND;
const NOW = Date.parse("2026-01-31T00:00:00Z");

/** Both sides of each release that any row names. */
const RELEASES = [
  ["2.9.0", "2.9.1", "2.9.15", "2.9.16", "2.9.25", "2.10.0", "2.10.5", "2.10.6", "2.10.27", "2.10.28", "2.11.0"],
  ["2.11.1", "2.11.2", "2.11.17", "2.12.0", "2.12.4", "2.12.5", "2.12.9", "2.14.0", "2.14.6", "2.15.0", "2.15.2"],
].flat();

/** Values of each field, each of which is changed to each other; `undefined` is not set. */
const STREAM_VALUES: { [Key in keyof StreamConfig]-?: unknown[] } = {
  name: [],
  description: [undefined, "a", "b"],
  subjects: [["a"], ["a", "b"], ["b"]],
  retention: ["limits", "interest", "workqueue"],
  max_consumers: [undefined, 5, 6],
  max_msgs: [undefined, 0, 99, 100, 101],
  max_bytes: [undefined, 900, 999, 1000, 1001],
  max_age: [undefined, DAY, 15 * DAY, 60 * DAY],
  max_msgs_per_subject: [undefined, 1, 2, 100],
  max_msg_size: [undefined, 5, 6],
  discard: [undefined, "old", "new"],
  discard_new_per_subject: [undefined, true],
  storage: [undefined, "file", "memory"],
  num_replicas: [undefined, 1, 3],
  no_ack: [undefined, true],
  duplicate_window: [undefined, 60 * SECOND, 120 * SECOND],
  placement: [undefined, { tags: ["a"] }, { cluster: "c" }],
  mirror: [undefined, { name: "A" }, { name: "B" }, { name: "A", consumer: { name: "c" } }],
  sources: [
    undefined,
    [{ name: "A" }],
    [{ name: "A" }, { name: "B" }],
    [{ name: "A", subject_transforms: [{ src: "a", dest: "b" }] }],
    [{ name: "A", consumer: { name: "c" } }],
  ],
  compression: [undefined, "none", "s2"],
  first_seq: [undefined, 1, 2, 50],
  subject_transform: [undefined, { src: "", dest: "b" }, { src: "a", dest: "b" }],
  republish: [undefined, { dest: "b" }, { dest: "c", headers_only: true }],
  allow_direct: [undefined, true],
  mirror_direct: [undefined, true],
  sealed: [undefined, true],
  deny_delete: [undefined, true],
  deny_purge: [undefined, true],
  allow_rollup_hdrs: [undefined, true],
  consumer_limits: [undefined, { max_ack_pending: 5 }, { inactive_threshold: SECOND }],
  metadata: [undefined, { a: "1" }, { a: "2", b: "3" }],
  allow_msg_ttl: [undefined, true],
  subject_delete_marker_ttl: [undefined, SECOND, 2 * SECOND],
  allow_msg_counter: [undefined, true],
  allow_atomic: [undefined, true],
  allow_msg_schedules: [undefined, true],
  persist_mode: [undefined, "default", "async"],
  allow_batched: [undefined, true],
};

const CONSUMER_VALUES: { [Key in keyof ConsumerConfig]-?: unknown[] } = {
  name: [],
  durable_name: [],
  description: [undefined, "a", "b"],
  deliver_policy: [undefined, "all", "new"],
  opt_start_seq: [undefined, 5, 6],
  opt_start_time: [undefined, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-02T00:00:00Z"],
  ack_policy: [undefined, "none", "explicit", "all", "flow_control"],
  ack_wait: [undefined, 30 * SECOND, 60 * SECOND],
  max_deliver: [undefined, 0, 1, 5],
  backoff: [undefined, [SECOND], [SECOND, 2 * SECOND]],
  filter_subject: [undefined, "a", "b", ">"],
  filter_subjects: [undefined, ["a"], ["a", "b"], ["c", "b"]],
  replay_policy: [undefined, "instant", "original"],
  rate_limit_bps: [undefined, 100],
  sample_freq: [undefined, "50", "50%", "60"],
  max_waiting: [undefined, 0, 1, 512],
  max_ack_pending: [undefined, 1000, 5],
  flow_control: [undefined, true],
  headers_only: [undefined, true],
  max_batch: [undefined, 5],
  max_expires: [undefined, SECOND],
  max_bytes: [undefined, 5],
  deliver_subject: [undefined, "d", "e"],
  deliver_group: [undefined, "g"],
  idle_heartbeat: [undefined, SECOND],
  inactive_threshold: [undefined, SECOND],
  num_replicas: [undefined, 1, 3],
  mem_storage: [undefined, true],
  metadata: [undefined, { a: "1" }],
  pause_until: [undefined, "0001-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
  priority_groups: [undefined, ["a"], ["b", "a"]],
  priority_policy: [undefined, "none", "overflow", "pinned_client", "prioritized"],
  priority_timeout: [undefined, 60 * SECOND, 120 * SECOND],
};

/** A hundred messages of ten bytes on ten subjects, from 30 days ago to yesterday. */
const BUSY: StreamState = {
  ...EMPTY,
  messages: 100,
  bytes: 1000,
  first_seq: 1,
  last_seq: 100,
  first_ts: "2026-01-01T00:00:00Z",
  last_ts: "2026-01-30T00:00:00Z",
  num_subjects: 10,
  consumer_count: 1,
};

interface Situation {
  title: string;
  /** Beside the field that changes, on both sides. */
  also?: Fields;
  state?: StreamState;
  retention?: Stored["retention"];
  cluster?: string;
  consumer?: Partial<ConsumerInfo>;
}

const STREAM_SITUATIONS: Situation[] = [
  { title: "with a hundred messages", state: BUSY },
  { title: "empty" },
  {
    title: "with a hundred messages, new ones refused beyond 50 or 500B",
    state: BUSY,
    also: { discard: "new", max_msgs: 50, max_bytes: 500 },
  },
  {
    title: "in a cluster, purges denied, an age of a minute",
    also: { deny_purge: true, max_age: 60 * SECOND },
    cluster: "c",
  },
  { title: "a mirror", also: { mirror: { name: "A" }, subjects: undefined } },
  {
    title: "a mirror through another API",
    also: { mirror: { name: "A", external: { api: "$JS.x.API" } }, subjects: undefined },
  },
  { title: "with a source", also: { sources: [{ name: "A" }] } },
  { title: "that persists asynchronously", also: { persist_mode: "async" } },
  { title: "sealed", also: { sealed: true } },
];

const CONSUMER_SITUATIONS: Situation[] = [
  {
    title: "pull, in use",
    also: { ack_policy: "explicit" },
    state: BUSY,
    retention: "limits",
    consumer: { num_ack_pending: 3, num_redelivered: 2, num_pending: 4 },
  },
  {
    title: "pull, never used",
    also: { ack_policy: "explicit" },
    state: BUSY,
    retention: "limits",
    consumer: { num_pending: 100, delivered: { consumer_seq: 0 } },
  },
  {
    title: "push, somebody is subscribed",
    also: { ack_policy: "explicit", deliver_subject: "d" },
    state: BUSY,
    retention: "limits",
    consumer: { push_bound: true },
  },
  {
    title: "in a cluster, in use",
    also: { ack_policy: "explicit" },
    state: BUSY,
    retention: "workqueue",
    cluster: "c",
    consumer: { num_waiting: 1 },
  },
  {
    title: "of a stream with interest retention",
    also: { ack_policy: "explicit" },
    state: BUSY,
    retention: "interest",
    consumer: { num_pending: 4, delivered: { consumer_seq: 7, last_active: "2026-01-30T23:00:00Z" } },
  },
  { title: "push, without acks", also: { deliver_subject: "d" }, state: BUSY, retention: "limits" },
  { title: "of a stream that could not be read", also: { filter_subject: "a" } },
  { title: "with priorities", also: { ack_policy: "all", priority_policy: "pinned_client", backoff: [5 * SECOND] } },
];

function linesOf(kind: "stream" | "consumer", table: Table, values: Record<string, unknown[]>, situation: Situation) {
  return Object.entries(values).flatMap(([field, all]) =>
    all.flatMap((from) =>
      all.flatMap((to) => {
        if (from === to) return [];
        const said = byRelease((version) => change(kind, table, { field, from, to, version }, situation));
        return said.map((line) => `${field} ${show(from)} → ${show(to)} ${line}`);
      }),
    ),
  );
}

function change(
  kind: "stream" | "consumer",
  table: Table,
  { field, from, to, version }: { field: string; from: unknown; to: unknown; version: string },
  { also = {}, state, retention, cluster = null as unknown as string, consumer }: Situation,
): string {
  const base = kind === "stream" ? { name: "S", subjects: ["a"] } : { name: "C", durable_name: "C" };
  const decision = decide(table, {
    kind,
    live: defined({ ...base, ...also, [field]: from }),
    enforced: defined({ ...(kind === "stream" ? base : {}), ...also, [field]: to ?? unset(field, from) }),
    atBirth: {},
    policy: CAUTIOUS,
    server: { version, apiLevel: null, cluster },
    now: NOW,
    ...(consumer ? { consumer: { stream_name: "S", name: "C", config: {}, ...consumer } } : {}),
    ...(kind === "stream" || state
      ? { stored: { state: state ?? EMPTY, retention: retention ?? "limits", smallestRecord: 31, now: NOW } }
      : {}),
  });
  return decision.differences
    .map(({ field, live, declared, held, verdict: { impact, reason, forecast, needs } }) => {
      const lost = forecast ? `, ${forecast.certainty} ${forecast.messages} messages ${forecast.bytes} bytes` : "";
      const more = `${lost}${needs ? `, needs ${needs}` : ""}${reason ? `: ${reason}` : ""}`;
      return `${field} ${show(live)}→${show(declared)} ${impact}${held ? " held" : ""}${more}`;
    })
    .join("; ");
}

function born(kind: "stream" | "consumer", table: Table, field: string, value: unknown): string[] {
  return byRelease((version) => {
    const { config, missing } = birth(table, {
      kind,
      enforced: { name: "S", [field]: value },
      atBirth: {},
      policy: CAUTIOUS,
      server: { version, apiLevel: null, cluster: null },
    });
    const without = missing.map(({ field, verdict }) => `without ${field}, ${verdict.impact}: ${verdict.reason}`);
    return [field in config ? "sent" : "", ...without].filter(Boolean).join("; ") || "not sent";
  }).map((line) => `${field} ${show(value)} ${line}`);
}

/** One line for each run of releases of which the same is said; none where nothing is. */
function byRelease(said: (version: string) => string): string[] {
  const runs: { from: string; to: string; what: string }[] = [];
  for (const version of RELEASES) {
    // A reason that names the server is the same one on the next.
    const what = said(version).replaceAll(`server ${version} `, "this server ");
    const last = runs.at(-1);
    if (last?.what === what) last.to = version;
    else runs.push({ from: version, to: version, what });
  }
  return runs.flatMap(({ from, to, what }) => (what === "" ? [] : `[${from === to ? from : `${from}…${to}`}] ${what}`));
}

/** What a topology says to unset a value: nothing in the same type. */
function unset(field: string, value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === "number") return 0;
  if (typeof value === "boolean") return false;
  if (typeof value === "string") return field in DEFAULTS ? DEFAULTS[field] : "";
  return undefined;
}

const DEFAULTS: Record<string, string> = {
  discard: "old",
  storage: "file",
  compression: "none",
  persist_mode: "default",
  deliver_policy: "all",
  ack_policy: "none",
  replay_policy: "instant",
  priority_policy: "none",
};

function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function show(value: unknown): string {
  return value === undefined ? "–" : (JSON.stringify(value) ?? "–");
}

/** What is said in the first situation, and of the others what is not said in that one. */
function allLines(kind: "stream" | "consumer", table: Table, values: Record<string, unknown[]>, all: Situation[]) {
  const [first = { title: "" }, ...others] = all;
  const lines = linesOf(kind, table, values, first);
  const known = new Set(lines);
  const more = others.flatMap((situation) => [
    "",
    `## ${situation.title}`,
    ...linesOf(kind, table, values, situation).filter((line) => !known.has(line)),
  ]);
  return `${[`## ${first.title}`, ...lines, ...more].join("\n")}\n`;
}

describe("what the plan says of every change", () => {
  it("of a stream, on every release, by what is stored and what else is set", async () => {
    const lines = allLines("stream", STREAM_TABLE, STREAM_VALUES, STREAM_SITUATIONS);

    await expect(lines).toMatchFileSnapshot("golden/stream-changes.txt");
  });

  it("of a consumer, on every release, by its kind and its stream", async () => {
    const lines = allLines("consumer", CONSUMER_TABLE, CONSUMER_VALUES, CONSUMER_SITUATIONS);

    await expect(lines).toMatchFileSnapshot("golden/consumer-changes.txt");
  });

  it("of every field of a create, on every release", async () => {
    const lines = [
      ...Object.entries(STREAM_VALUES).flatMap(([field, all]) =>
        all.slice(1).flatMap((value) => born("stream", STREAM_TABLE, field, value)),
      ),
      ...Object.entries(CONSUMER_VALUES).flatMap(([field, all]) =>
        all.slice(1).flatMap((value) => born("consumer", CONSUMER_TABLE, field, value)),
      ),
    ];

    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/creates.txt");
  });
});
