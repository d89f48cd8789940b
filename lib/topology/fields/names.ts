import type { ResourceKind } from "../resolve/resolved.ts";

/** What a bucket calls its own: the names NATS clients use for it. Everything else is the server's, in camelCase. */
const aliases: Record<ResourceKind, Record<string, string>> = {
  stream: {},
  kv: { max_msgs_per_subject: "history", max_msg_size: "maxValueSize", subject_delete_marker_ttl: "limitMarkerTtl" },
  object: { max_msg_size: "maxValueSize", subject_delete_marker_ttl: "limitMarkerTtl" },
  consumer: {},
};

/** `max_msgs_per_subject` as `maxMsgsPerSubject`. */
export function camelCase(wire: string): string {
  return wire.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `maxMsgsPerSubject` as `max_msgs_per_subject`. */
export function snakeCase(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The topology's own name of a field on the wire: `max_bytes` is `maxBytes`, `max_msgs_per_subject` of a KV `history`. */
export function declaredName(kind: ResourceKind, wireField: string): string {
  return aliases[kind][wireField] ?? camelCase(wireField);
}

/** The field on the wire that a topology's own name stands for. */
export function wireName(kind: ResourceKind, declared: string): string {
  return Object.entries(aliases[kind]).find(([, alias]) => alias === declared)?.[0] ?? snakeCase(declared);
}

/** What a bucket's stream is called on the wire, before the bucket's own name. */
export const streamPrefix = { stream: "", kv: "KV_", object: "OBJ_" } as const;

/** The stream on the wire of a bucket, whether or not its prefix is already there. */
export function backingStream(kind: keyof typeof streamPrefix, name: string): string {
  return name.startsWith(streamPrefix[kind]) ? name : streamPrefix[kind] + name;
}

/** The bucket of a stream on the wire: the name without the kind's prefix. */
export function bucketName(kind: keyof typeof streamPrefix, stream: string): string {
  return stream.startsWith(streamPrefix[kind]) ? stream.slice(streamPrefix[kind].length) : stream;
}

/** A live stream as a topology would call it: `stream/OLD`, `kv/jobs`. */
export function idOfStream(name: string): string {
  const kind = (["kv", "object"] as const).find((each) => name.startsWith(streamPrefix[each])) ?? "stream";
  return `${kind}/${bucketName(kind, name)}`;
}
