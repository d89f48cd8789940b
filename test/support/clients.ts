import { backingStream, type KvBucketDeclaration, type ObjectStoreDeclaration } from "../../lib/topology/index.ts";
import { durationToWire } from "../../lib/topology/units/durations.ts";
import { sizeToWire } from "../../lib/topology/units/sizes.ts";

/**
 * What clients send to make a stream or a bucket, zeros and all. Transcribed from their sources: nats.go jetstream
 * (stream_config.go, kv.go, object.go), async-nats (stream.rs, context.rs), nats.js (kv.ts, objectstore.ts).
 */
export type RawConfig = Record<string, unknown> & { name: string };

export interface Client {
  /** A stream of which the application set only these fields. */
  stream(config: RawConfig): RawConfig;
  kv(bucket: KvBucketDeclaration): RawConfig;
  objects(store: ObjectStoreDeclaration): RawConfig;
}

type Bucket = KvBucketDeclaration | ObjectStoreDeclaration;

const S2 = (bucket: Bucket) => bucket.compression === "s2";
const age = (bucket: Bucket) => (bucket.maxAge === undefined ? 0 : durationToWire(bucket.maxAge));
const size = (value: string | number | undefined, none: number) => (value === undefined ? none : sizeToWire(value));
const marker = ({ limitMarkerTtl }: Bucket) =>
  limitMarkerTtl === undefined
    ? {}
    : { allow_msg_ttl: true, subject_delete_marker_ttl: durationToWire(limitMarkerTtl) };
const kvSubject = (bucket: string) => [`$KV.${bucket}.>`];
const given = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const TWO_MINUTES = 120_000_000_000;

/** Go writes every limit, and `subject_transforms` for a source of another bucket. */
export const go: Client = {
  stream: (config) => ({
    retention: "limits",
    max_consumers: 0,
    max_msgs: 0,
    max_bytes: 0,
    discard: "old",
    max_age: 0,
    max_msgs_per_subject: 0,
    storage: "file",
    num_replicas: 0,
    compression: "none",
    allow_direct: false,
    mirror_direct: false,
    consumer_limits: {},
    ...config,
  }),
  kv: (bucket) =>
    go.stream({
      name: `KV_${bucket.name}`,
      ...given({ description: bucket.description, metadata: bucket.metadata }),
      ...(bucket.mirror
        ? { mirror: { name: backingStream("kv", bucket.mirror.name ?? "") }, mirror_direct: true }
        : { subjects: kvSubject(bucket.name) }),
      ...movedSources(bucket),
      max_consumers: -1,
      max_msgs: -1,
      max_bytes: size(bucket.maxBytes, -1),
      discard: "new",
      max_age: age(bucket),
      max_msgs_per_subject: bucket.history ?? 1,
      max_msg_size: size(bucket.maxValueSize, -1),
      num_replicas: bucket.numReplicas ?? 1,
      duplicate_window: Math.min(Number(age(bucket)) || TWO_MINUTES, TWO_MINUTES),
      deny_delete: true,
      allow_rollup_hdrs: true,
      compression: S2(bucket) ? "s2" : "none",
      allow_direct: true,
      ...marker(bucket),
    }),
  objects: (store) =>
    go.stream({
      name: `OBJ_${store.name}`,
      ...given({ description: store.description, metadata: store.metadata }),
      subjects: [`$O.${store.name}.C.>`, `$O.${store.name}.M.>`],
      max_bytes: size(store.maxBytes, -1),
      discard: "new",
      max_age: age(store),
      num_replicas: store.numReplicas ?? 1,
      allow_rollup_hdrs: true,
      compression: S2(store) ? "s2" : "none",
      allow_direct: true,
    }),
};

/** Rust leaves out what is false and writes the other zeros. It has no bucket metadata. */
export const rust: Client = {
  stream: (config) => ({
    max_bytes: 0,
    max_msgs: 0,
    max_msgs_per_subject: 0,
    discard: "old",
    retention: "limits",
    max_consumers: 0,
    max_age: 0,
    storage: "file",
    num_replicas: 0,
    ...config,
  }),
  kv: (bucket) =>
    rust.stream({
      name: `KV_${bucket.name}`,
      ...given({
        description: bucket.description,
        max_msg_size: bucket.maxValueSize && sizeToWire(bucket.maxValueSize),
      }),
      ...(bucket.mirror
        ? { mirror: { name: backingStream("kv", bucket.mirror.name ?? "") }, mirror_direct: true }
        : { subjects: kvSubject(bucket.name) }),
      max_bytes: size(bucket.maxBytes, 0),
      max_msgs_per_subject: bucket.history ?? 1,
      discard: "new",
      max_age: age(bucket),
      num_replicas: bucket.numReplicas ?? 1,
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
      ...(S2(bucket) ? { compression: "s2" } : {}),
      ...marker(bucket),
    }),
  objects: (store) =>
    rust.stream({
      name: `OBJ_${store.name}`,
      ...given({ description: store.description }),
      subjects: [`$O.${store.name}.C.>`, `$O.${store.name}.M.>`],
      max_bytes: size(store.maxBytes, 0),
      discard: "new",
      max_age: age(store),
      num_replicas: store.numReplicas ?? 1,
      allow_rollup_hdrs: true,
      allow_direct: true,
      ...(S2(store) ? { compression: "s2" } : {}),
    }),
};

/** JavaScript sends what it is given, and a KV bucket without `deny_delete`. */
export const javascript: Client = {
  stream: (config) => config,
  kv: (bucket) => ({
    name: `KV_${bucket.name}`,
    retention: "limits",
    max_msgs_per_subject: bucket.history ?? 1,
    max_bytes: size(bucket.maxBytes, -1),
    max_msg_size: size(bucket.maxValueSize, -1),
    storage: "file",
    ...given({ description: bucket.description, metadata: bucket.metadata }),
    ...(bucket.mirror
      ? { mirror: { name: backingStream("kv", bucket.mirror.name ?? "") }, mirror_direct: true }
      : { subjects: kvSubject(bucket.name) }),
    ...movedSources(bucket),
    ...(S2(bucket) ? { compression: "s2" } : {}),
    num_replicas: bucket.numReplicas ?? 1,
    max_age: age(bucket),
    discard: "new",
    allow_direct: true,
    allow_rollup_hdrs: true,
    ...marker(bucket),
  }),
  objects: (store) => ({
    max_age: age(store),
    ...given({ description: store.description, metadata: store.metadata }),
    ...(store.maxBytes === undefined ? {} : { max_bytes: sizeToWire(store.maxBytes) }),
    ...(S2(store) ? { compression: "s2" } : {}),
    name: `OBJ_${store.name}`,
    num_replicas: store.numReplicas ?? 1,
    discard: "new",
    subjects: [`$O.${store.name}.C.>`, `$O.${store.name}.M.>`],
    allow_rollup_hdrs: true,
    allow_direct: true,
  }),
};

function movedSources(bucket: KvBucketDeclaration): object {
  if (bucket.sources === undefined) return {};
  const sources = bucket.sources.map(({ name }) => ({
    name: backingStream("kv", name ?? ""),
    subject_transforms: [{ src: `$KV.${name}.>`, dest: `$KV.${bucket.name}.>` }],
  }));
  return { sources };
}
