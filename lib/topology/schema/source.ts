import * as z from "zod";
import { streamUnits } from "../fields/fields.ts";
import { flag, instant, measured, text, texts, whole } from "./values.ts";

export const subjectTransformShape = {
  /** The subjects that it applies to, with wildcards. Default: all (`>`). */
  src: text(),
  /** The subject to store under. `{{wildcard(1)}}` is the token that the first `*` of `src` matched. */
  dest: z.string(),
};
const subjectTransform = z.strictObject(subjectTransformShape);

export const externalShape = {
  /** The prefix of the other account's or domain's JetStream API, e.g. `$JS.hub.API`. */
  api: z.string(),
  /** The prefix of the subjects on which its messages are delivered. */
  deliver: text(),
};

export const sourceConsumerShape = {
  /** The durable consumer on the origin. */
  name: z.string(),
  /** The subject that the consumer delivers to. */
  deliverSubject: z.string(),
};

export const sourceShape = {
  /** The name of the stream to copy. */
  name: z.string(),
  /** Start at this sequence of the origin. Default: its first. */
  optStartSeq: whole({ from: 1 }),
  /** Start at the first message at or after this instant (RFC 3339). */
  optStartTime: instant(),
  /** Copy only these subjects. Not together with `subjectTransforms`. */
  filterSubject: text(),
  /** Copy these subjects, and store them under other ones. Since 2.10. On a bucket, the default follows from `name`. */
  subjectTransforms: z.array(subjectTransform).optional(),
  /** Where the origin is, if it is in another account or domain. */
  external: z.strictObject(externalShape).optional(),
  /** Read through this durable consumer instead of one that the server creates. Since 2.14. */
  consumer: z.strictObject(sourceConsumerShape).optional(),
};
const source = z.strictObject(sourceShape);

/** A source of a bucket: another bucket, or any stream. */
export const bucketSourceShape = {
  ...sourceShape,
  /** The name of the bucket to copy, which has the same kind. Its entries get the subjects of this bucket. */
  name: z.string().optional(),
  /**
   * The name of any stream to copy, instead of `name`. Subjects stay the same unless `subjectTransforms` change them.
   */
  stream: text(),
};
const bucketSource = z
  .strictObject(bucketSourceShape)
  .refine(({ name, stream }) => (name === undefined) !== (stream === undefined), {
    error: 'Write either "name", for a bucket, or "stream", for a stream that is none.',
  });

export const placementShape = {
  /** The name of the cluster to place it in. */
  cluster: text(),
  /** The tags that each of its servers must have. */
  tags: texts(),
};

export const republishShape = {
  /** The stored subjects to publish again. Default: all (`>`). */
  src: text(),
  /** The subject to publish on. The stream itself must not store it. */
  dest: z.string(),
  /** Publish only the headers and the size, and not the body. Default: false. */
  headersOnly: flag(),
};

export const consumerLimitsShape = {
  /** The longest `inactiveThreshold` that a consumer of the stream may have, and its default. */
  inactiveThreshold: measured(streamUnits.consumer_limits.fields.inactive_threshold),
  /** The largest `maxAckPending` that a consumer of the stream may have, and its default. */
  maxAckPending: whole({ from: 1 }),
};

export const sources = () => z.array(source).optional();
export const mirror = () => source.optional();
export const bucketSources = () => z.array(bucketSource).optional();
export const bucketMirror = () => bucketSource.optional();
export const transform = () => subjectTransform.optional();
export const placement = () => z.strictObject(placementShape).optional();
export const republish = () => z.strictObject(republishShape).optional();
export const consumerLimits = () => z.strictObject(consumerLimitsShape).optional();
