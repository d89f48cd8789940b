import * as z from "zod";
import { streamUnits } from "../fields/fields.ts";
import { flag, instant, measured, text, texts, whole } from "./values.ts";

export const subjectTransformShape = {
  /** The subjects it applies to; wildcards allowed. Default: all (`>`). */
  src: text(),
  /** The subject to store under; `{{wildcard(1)}}` is what the first `*` of `src` matched. */
  dest: z.string(),
};
const subjectTransform = z.strictObject(subjectTransformShape);

export const externalShape = {
  /** Prefix of the other account's or domain's JetStream API, e.g. `$JS.hub.API`. */
  api: z.string(),
  /** Prefix of the subjects its messages are delivered on. */
  deliver: text(),
};

export const sourceConsumerShape = {
  /** The durable consumer on the origin. */
  name: z.string(),
  /** The subject it delivers to. */
  deliverSubject: z.string(),
};

export const sourceShape = {
  /** The stream copied from. */
  name: z.string(),
  /** Start at this sequence of the origin. Default: its first. */
  optStartSeq: whole({ from: 1 }),
  /** Start at the first message at or after this instant (RFC 3339). */
  optStartTime: instant(),
  /** Copy only these subjects. Not together with `subjectTransforms`. */
  filterSubject: text(),
  /** Copy these subjects, and store them under others. Since 2.10. On a bucket, filled in from its source's `name`. */
  subjectTransforms: z.array(subjectTransform).optional(),
  /** Where the origin lives, when that is another account or domain. */
  external: z.strictObject(externalShape).optional(),
  /** Read through this durable consumer instead of one that the server creates. Since 2.14. */
  consumer: z.strictObject(sourceConsumerShape).optional(),
};
const source = z.strictObject(sourceShape);

/** What a bucket copies from. */
export const bucketSourceShape = {
  ...sourceShape,
  /** The bucket copied from, one of the same kind. Its entries are moved under this bucket's own subjects. */
  name: z.string().optional(),
  /** Instead of `name`: any stream copied from, by its own name. Nothing is moved unless `subjectTransforms` say so. */
  stream: text(),
};
const bucketSource = z
  .strictObject(bucketSourceShape)
  .refine(({ name, stream }) => (name === undefined) !== (stream === undefined), {
    error: 'Write either "name", for a bucket, or "stream", for a stream that is none.',
  });

export const placementShape = {
  /** Name of the cluster to place it in. */
  cluster: text(),
  /** Server tags that each of its servers must have. */
  tags: texts(),
};

export const republishShape = {
  /** The stored subjects to publish again. Default: all (`>`). */
  src: text(),
  /** The subject to publish on; must not be one the stream itself stores. */
  dest: z.string(),
  /** Publish the headers and the size only, not the body. Default: false. */
  headersOnly: flag(),
};

export const consumerLimitsShape = {
  /** Longest `inactiveThreshold` a consumer of it may have, and its default. */
  inactiveThreshold: measured(streamUnits.consumer_limits.fields.inactive_threshold),
  /** Largest `maxAckPending` a consumer of it may have, and its default. */
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
