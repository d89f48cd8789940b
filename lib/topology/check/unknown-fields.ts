import { closest } from "../../text/closest.ts";
import { kvBucketSchema, objectStoreSchema } from "../schema/bucket.ts";
import { consumerSchema } from "../schema/consumer.ts";
import * as nested from "../schema/source.ts";
import { streamSchema } from "../schema/stream.ts";
import { topologyShape } from "../schema/topology.ts";

const bucketsAdvice: Record<string, string> = {
  bucket: `the bucket's name goes into "name"`,
  subjects: "a bucket's subjects follow from its name; declare a stream where you need others",
  allowRollupHdrs: "it is always on for a bucket, which needs it to purge",
  denyPurge: "a bucket must be able to purge; declare denyDelete, or a stream",
  maxMsgSize: `on a bucket write "maxValueSize"`,
  subjectDeleteMarkerTtl: `on a bucket write "limitMarkerTtl"`,
  maxBucketSize: `write "maxBytes"`,
};

/** What to write instead, for fields that people will try with good reason. */
const advice: Record<string, Record<string, string>> = {
  "": { kv: `write "kvBuckets"`, buckets: `write "kvBuckets"`, objects: `write "objectStores"` },
  streams: {
    history: `on a stream write "maxMsgsPerSubject"`,
    maxValueSize: `on a stream write "maxMsgSize"`,
    limitMarkerTtl: `on a stream write "subjectDeleteMarkerTtl"`,
  },
  kvBuckets: { ...bucketsAdvice, maxMsgsPerSubject: `on a KV bucket write "history"` },
  objectStores: {
    ...bucketsAdvice,
    history: "an object store keeps one version of an object; only a KV bucket has a history",
    maxMsgsPerSubject: "a limit by subject would cut objects to pieces; declare maxBytes",
  },
  mirror: { stream: `on a stream write "name"` },
  sources: { stream: `on a stream write "name"` },
  consumers: {
    durableName: `a declared consumer is durable, under its "name"`,
    pauseUntil: "the server ignores it in an update; pause a consumer with the NATS command line instead",
  },
};
/** What clients call it. */
const aliases: Record<string, string> = { ttl: "maxAge", replicas: "numReplicas", duplicates: "duplicateWindow" };

/** The fields there are, by the list or the field that holds the object. */
const shapes: Record<string, object> = {
  "": topologyShape,
  streams: streamSchema.shape,
  kvBuckets: kvBucketSchema.shape,
  objectStores: objectStoreSchema.shape,
  consumers: consumerSchema.shape,
  mirror: nested.bucketSourceShape,
  sources: nested.bucketSourceShape,
  external: nested.externalShape,
  consumer: nested.sourceConsumerShape,
  subjectTransform: nested.subjectTransformShape,
  subjectTransforms: nested.subjectTransformShape,
  placement: nested.placementShape,
  republish: nested.republishShape,
  consumerLimits: nested.consumerLimitsShape,
};

/** The sentence for a field that is not there, in the object at this path. */
export function unknownField(field: string, path: readonly PropertyKey[]): string {
  const holder = String(path.findLast((part) => typeof part === "string") ?? "");
  const known = Object.keys(shapes[holder] ?? {});
  const camel = field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const hints = advice[holder] ?? {};
  // A field may be called `toString` by somebody.
  const told = Object.hasOwn(hints, camel) ? hints[camel] : undefined;
  if (told) return `There is no such field here: ${told}.`;
  const alias = aliases[camel];
  const meant = alias !== undefined && known.includes(alias) ? alias : closest(field, known);
  return meant ? `There is no such field: did you mean "${meant}"?` : "There is no such field.";
}
