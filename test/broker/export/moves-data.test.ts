import type { NatsConnection } from "nats";
import { expect, it, vi } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { go, type RawConfig } from "../../support/clients.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api, publish, type RawAnswer } from "../../support/raw.ts";
import { isAsDeclared, runOn } from "../../support/run.ts";
import { exportOf } from "./exported.ts";

/** Streams that take messages from each other in every way, in an order that the server takes. */
function streams(version: string): RawConfig[] {
  const hasTransforms = isAtLeast({ version }, "2.10.0");
  const plain: RawConfig[] = [
    { name: "QUEUE", subjects: ["q.>"], retention: "workqueue" },
    { name: "QUEUE_COPY", sources: [{ name: "QUEUE", filter_subject: "q.copied" }] },
    { name: "EVENTS", subjects: ["e.>"], retention: "interest" },
    { name: "EVENTS_MIRROR", mirror: { name: "EVENTS" } },
    { name: "A", subjects: ["a.>"], duplicate_window: 1e9 },
    { name: "B", subjects: ["b.>"], allow_direct: true },
    { name: "BOTH", subjects: ["both"], sources: [{ name: "A", filter_subject: "a.one" }, { name: "B" }] },
    { name: "B_MIRROR", mirror: { name: "B", filter_subject: "b.one" } },
    // A mirror of nothing, and of the stream that comes after it by name.
    { name: "A_MIRROR_OF_MIRROR", mirror: { name: "B_MIRROR" } },
    go.kv({ name: "jobs" }),
    go.kv({ name: "jobs_mirror", mirror: { name: "jobs" } }),
    go.objects({ name: "files" }),
    { ...go.stream({ name: "OBJ_files_copy", mirror: { name: "OBJ_files" } }), allow_direct: true },
  ];
  if (!hasTransforms) return plain;
  const moved = (src: string, dest: string) => ({ subject_transforms: [{ src, dest }] });
  return [
    ...plain,
    go.kv({ name: "other" }),
    go.kv({ name: "all", sources: [{ name: "jobs" }, { name: "other" }] }),
    { ...go.kv({ name: "of_stream" }), sources: [{ name: "A", ...moved("a.*", "$KV.of_stream.{{wildcard(1)}}") }] },
    { ...go.kv({ name: "unmoved" }), sources: [{ name: "KV_jobs" }] },
    { ...go.kv({ name: "part" }), sources: [{ name: "KV_jobs", ...moved("$KV.jobs.one", "$KV.part.first") }] },
    { name: "RENAMED", subjects: ["r.*"], subject_transform: { src: "r.*", dest: "renamed.{{wildcard(1)}}" } },
    { name: "RENAMED_COPY", sources: [{ name: "RENAMED", ...moved("renamed.*", "copied.{{wildcard(1)}}") }] },
    { name: "A_MIRROR", mirror: { name: "A", ...moved("a.*", "mirrored.{{wildcard(1)}}") } },
    { name: "QUEUE_MOVED", sources: [{ name: "QUEUE", ...moved("q.moved.*", "moved.{{wildcard(1)}}") }] },
  ];
}

const CONSUMERS: [stream: string, config: RawConfig][] = [
  ["QUEUE", { name: "worker", ack_policy: "explicit", filter_subject: "q.work" }],
  ["EVENTS", { name: "reader", ack_policy: "explicit" }],
  ["EVENTS_MIRROR", { name: "mirror_reader", ack_policy: "explicit", filter_subject: "e.one" }],
  ["BOTH", { name: "of_both", ack_policy: "explicit" }],
  ["KV_jobs", { name: "watcher", ack_policy: "explicit", deliver_policy: "last_per_subject", filter_subject: ">" }],
];

async function makeAll(nc: NatsConnection, version: string): Promise<void> {
  for (const config of streams(version)) await api(nc, `STREAM.CREATE.${config.name}`, config);
  for (const [stream, config] of CONSUMERS) {
    const filter = config.filter_subject === undefined ? "" : `.${config.filter_subject}`;
    const body = { stream_name: stream, config: { durable_name: config.name, ...config }, action: "create" };
    await api(nc, `CONSUMER.CREATE.${stream}.${config.name}${filter}`, body);
  }
}

const SUBJECTS: Record<string, number> = {
  "q.work": 3,
  "q.copied": 4,
  "q.moved.on": 2,
  "e.one": 2,
  "e.two": 1,
  "a.one": 2,
  "a.two": 1,
  "b.one": 3,
  "b.two": 1,
  both: 1,
  "$KV.jobs.one": 1,
  "$KV.jobs.two": 1,
  "$KV.other.one": 1,
  "r.x": 2,
  "$O.files.C.chunk": 2,
  "$O.files.M.meta": 1,
};

async function publishAll(nc: NatsConnection, version: string): Promise<void> {
  const taken = streams(version).flatMap(({ subjects = [] }) => subjects as string[]);
  for (const [subject, count] of Object.entries(SUBJECTS)) {
    const first = subject.startsWith("$") ? subject.split(".").slice(0, 2).join(".") : subject.split(".")[0];
    if (taken.some((each) => each.startsWith(`${first}`))) await publish(nc, subject, count);
  }
}

/** By stream, how many messages of each subject it holds; by consumer, how many it has still to deliver. */
async function held(nc: NatsConnection): Promise<Record<string, unknown>> {
  const holds: Record<string, unknown> = {};
  const { streams: all } = await api(nc, "STREAM.LIST");
  for (const { config } of all as RawAnswer[]) {
    const { state } = await api(nc, `STREAM.INFO.${config.name}`, { subjects_filter: ">" });
    holds[config.name] = state.subjects ?? {};
  }
  for (const [stream, { name }] of CONSUMERS) {
    holds[`${stream}/${name}`] = (await api(nc, `CONSUMER.INFO.${stream}.${name}`)).num_pending;
  }
  return holds;
}

const patience = { timeout: 40_000, interval: 200 };

/** Every mirror and source has heard of its origin: the server has made the consumers that feed them. */
async function expectConnected(nc: NatsConnection): Promise<void> {
  const { streams: all } = await api(nc, "STREAM.LIST");
  const origins = (all as RawAnswer[]).flatMap(({ mirror, sources = [] }) => [...(mirror ? [mirror] : []), ...sources]);
  expect(origins.filter(({ active }) => active < 0)).toEqual([]);
}

/** What they must hold, as the servers concerned were seen to do by hand; the rest follows from the two being equal. */
function expected(version: string): Record<string, unknown> {
  return {
    QUEUE_COPY: { "q.copied": 4 },
    EVENTS_MIRROR: { "e.one": 2, "e.two": 1 },
    "EVENTS_MIRROR/mirror_reader": 2,
    "QUEUE/worker": 3,
    BOTH: { "a.one": 2, "b.one": 3, "b.two": 1, both: 1 },
    A_MIRROR_OF_MIRROR: { "b.one": 3 },
    KV_jobs_mirror: { "$KV.jobs.one": 1, "$KV.jobs.two": 1 },
    OBJ_files_copy: { "$O.files.C.chunk": 2, "$O.files.M.meta": 1 },
    ...(isAtLeast({ version }, "2.10.0")
      ? {
          KV_all: { "$KV.all.one": 1, "$KV.all.two": 1 },
          KV_of_stream: { "$KV.of_stream.one": 1, "$KV.of_stream.two": 1 },
          KV_part: { "$KV.part.first": 1 },
          KV_unmoved: { "$KV.jobs.one": 1, "$KV.jobs.two": 1 },
          RENAMED_COPY: { "copied.x": 2 },
          A_MIRROR: { "mirrored.one": 2, "mirrored.two": 1 },
          QUEUE_MOVED: { "moved.on": 2 },
        }
      : {}),
  };
}

eachVersion("an account that is exported and ensured on an empty broker", (version) => {
  it("moves data as the original does", async () => {
    await using original = await startServer(version);
    await using copy = await startServer(version);
    const [from, to] = [await original.connect(), await copy.connect()];
    await makeAll(from, version);
    await vi.waitFor(() => expectConnected(from), patience);

    const { topology, remarks } = await exportOf(original);
    const ensured = await runOn(copy, topology);
    await publishAll(from, version);
    await publishAll(to, version);

    expect(remarks).toEqual([]);
    expect(isAsDeclared(ensured)).toBe(true);
    expect(ensured.unmanaged).toEqual([]);
    await vi.waitFor(async () => expect(await held(from)).toMatchObject(expected(version)), patience);
    await vi.waitFor(async () => expect(await held(to)).toEqual(await held(from)), patience);
  });
});
