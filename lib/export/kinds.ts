import { consumerUnits, streamUnits } from "../topology/fields/fields.ts";
import { declaredName, streamPrefix } from "../topology/fields/names.ts";
import type { ResourceKind, StreamKind } from "../topology/resolve/resolved.ts";
import { kvBucketSchema, objectStoreSchema } from "../topology/schema/bucket.ts";
import { consumerSchema } from "../topology/schema/consumer.ts";
import { streamSchema } from "../topology/schema/stream.ts";

/** The list of a topology that a kind is declared in. */
export const listOf = { stream: "streams", kv: "kvBuckets", object: "objectStores", consumer: "consumers" } as const;

const shapes = {
  stream: streamSchema.shape,
  kv: kvBucketSchema.shape,
  object: objectStoreSchema.shape,
  consumer: consumerSchema.shape,
};

/** What a live stream may be declared as, most telling first: a bucket where its name says so, a stream in any case. */
export function kindsOf(stream: string): StreamKind[] {
  const buckets = (["kv", "object"] as const).filter((kind) => stream.startsWith(streamPrefix[kind]));
  return [...buckets, "stream"];
}

/** The wire names of what a kind can declare beside its name: a bucket's subjects and roll-ups follow from its kind. */
export function declarableFields(kind: ResourceKind): string[] {
  const wire = Object.keys(kind === "consumer" ? consumerUnits : streamUnits);
  return wire.filter((field) => field !== "name" && declaredName(kind, field) in shapes[kind]);
}

/**
 * What the client that made a bucket has set, and not the team that uses it. It is exported in no case: clients differ
 * in it (JavaScript's leave `deny_delete` off, Python's `allow_direct`; Go's and Rust's set both), and a `deny_delete`
 * once on cannot be turned off. Declared from one broker, either value would be drift on the next one, for good.
 * Undeclared, a live bucket keeps its own value, and a new one gets what most clients set.
 */
export const setByClients: Record<ResourceKind, readonly string[]> = {
  stream: [],
  kv: ["deny_delete", "allow_direct", "mirror_direct"],
  object: ["allow_direct", "mirror_direct"],
  consumer: [],
};
