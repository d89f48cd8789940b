import { consumerUnits, streamUnits } from "../topology/fields/fields.ts";
import { declaredName, streamPrefix } from "../topology/fields/names.ts";
import type { ResourceKind, StreamKind } from "../topology/resolve/resolved.ts";
import { kvBucketSchema, objectStoreSchema } from "../topology/schema/bucket.ts";
import { consumerSchema } from "../topology/schema/consumer.ts";
import { streamSchema } from "../topology/schema/stream.ts";

/** The list of a topology in which a kind is declared. */
export const topologyList = {
  stream: "streams",
  kv: "kvBuckets",
  object: "objectStores",
  consumer: "consumers",
} as const;

const shapes = {
  stream: streamSchema.shape,
  kv: kvBucketSchema.shape,
  object: objectStoreSchema.shape,
  consumer: consumerSchema.shape,
};

/** The kinds that a live stream can be declared as: first a bucket, if its name is that of a bucket, then a stream. */
export function kindsOf(stream: string): StreamKind[] {
  const buckets = (["kv", "object"] as const).filter((kind) => stream.startsWith(streamPrefix[kind]));
  return [...buckets, "stream"];
}

/** The wire names of the fields that a kind can declare beside its name. A bucket's subjects follow from its kind. */
export function declarableFields(kind: ResourceKind): string[] {
  const wire = Object.keys(kind === "consumer" ? consumerUnits : streamUnits);
  return wire.filter((field) => field !== "name" && declaredName(kind, field) in shapes[kind]);
}

/**
 * The fields of a bucket that the client sets when it creates one, and not the team that uses it. They are never
 * exported, because clients differ: JavaScript clients leave `deny_delete` off, Python clients `allow_direct`, and Go
 * and Rust clients set both. A server cannot turn `deny_delete` off again. So a value that is declared from one broker
 * would be permanent drift on another one. If the fields are undeclared, a live bucket keeps its value, and a new one
 * gets the value that most clients set.
 */
export const setByClients: Record<ResourceKind, readonly string[]> = {
  stream: [],
  kv: ["deny_delete", "allow_direct", "mirror_direct"],
  object: ["allow_direct", "mirror_direct"],
  consumer: [],
};
