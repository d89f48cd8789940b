import type { StreamConfig } from "../../jetstream/types.ts";
import { streamPrefix } from "../fields/names.ts";
import type { BucketDeclaration } from "../schema/topology.ts";
import { declaredFields, policyOf } from "./enforced.ts";
import type { BucketKind, ResolvedStream } from "./resolved.ts";
import { bucketMirror, bucketSource, bucketSubjects } from "./sources.ts";

/** A bucket as the stream behind it, the way ADR-8 (KV) and ADR-20 (objects) lay it out and clients create it. */
export function resolveBucket(kind: BucketKind, bucket: BucketDeclaration, exactByDefault: boolean): ResolvedStream {
  const declared = declaredFields(kind, bucket) as Partial<StreamConfig>;
  const stream = streamPrefix[kind] + bucket.name;
  return {
    id: `${kind}/${bucket.name}`,
    kind,
    name: bucket.name,
    stream,
    enforced: {
      ...whatMakesItABucket(kind, declared),
      ...declared,
      name: stream,
      ...origins(kind, bucket.name, declared),
    },
    createDefaults: withoutDeclared(whatClientsSet(kind, declared), declared),
    policy: policyOf(bucket, exactByDefault),
  };
}

function whatMakesItABucket(kind: BucketKind, declared: Partial<StreamConfig>): Partial<StreamConfig> {
  return {
    discard: "new",
    // A sealed stream takes nothing more, and the server turns its roll-ups off.
    ...(declared.sealed ? {} : { allow_rollup_hdrs: true }),
    ...(kind === "kv" ? { max_msgs_per_subject: 1 } : {}),
    ...(declared.subject_delete_marker_ttl ? { allow_msg_ttl: true } : {}),
  };
}

/** The server allows a mirror no subjects of its own: it has its origin's. */
function origins(kind: BucketKind, bucket: string, declared: Partial<StreamConfig>): Partial<StreamConfig> {
  return {
    ...(declared.mirror ? { mirror: bucketMirror(kind, declared.mirror) } : { subjects: bucketSubjects[kind](bucket) }),
    ...(declared.sources ? { sources: declared.sources.map((each) => bucketSource(kind, bucket, each)) } : {}),
  };
}

/**
 * Go and Rust clients create a KV bucket with `deny_delete`, as ADR-8 says; the JavaScript ones without. It cannot be
 * turned off again, so a live bucket's own value stands.
 */
function whatClientsSet(kind: BucketKind, declared: Partial<StreamConfig>): Partial<StreamConfig> {
  return {
    ...(kind === "kv" ? { deny_delete: true } : {}),
    allow_direct: true,
    ...(declared.mirror ? { mirror_direct: true } : {}),
  };
}

function withoutDeclared(config: Partial<StreamConfig>, declared: Partial<StreamConfig>): Partial<StreamConfig> {
  return Object.fromEntries(Object.entries(config).filter(([field]) => !(field in declared)));
}
