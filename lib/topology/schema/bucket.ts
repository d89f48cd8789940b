import * as z from "zod";
import { streamUnits } from "../fields/fields.ts";
import { bucketName } from "./name-values.ts";
import { policyShape } from "./policy.ts";
import { bucketMirror, bucketSources } from "./source.ts";
import { anyStreamShape } from "./stream.ts";
import { measured, whole } from "./values.ts";

/** The fields that both kinds of bucket have under another name than the server's, or with another meaning. */
export const bucketShape = {
  /**
   * The largest single value, e.g. `"1MiB"` (the stream's `max_msg_size`). In an object store this limits one chunk of
   * an object, and not the object. Default: unlimited.
   */
  maxValueSize: measured(streamUnits.max_msg_size),
  /**
   * Leave a marker for this long after a limit has removed a key's last value. At least 1s (the stream's
   * `subject_delete_marker_ttl`, with `allow_msg_ttl`). Since 2.11.
   */
  limitMarkerTtl: measured(streamUnits.subject_delete_marker_ttl),
  /** Keep an exact copy of this other bucket. Only possible at creation. Removing it promotes the copy (2.12). */
  mirror: bucketMirror(),
  /** Copy entries from these buckets. */
  sources: bucketSources(),
};

export const kvShape = {
  /** The bucket's name without `KV_`: letters, digits, `_` and `-`. */
  name: bucketName("kv"),
  /** How many values of each key are kept, 1 (default) to 64 (the stream's `max_msgs_per_subject`). */
  history: whole({ from: 1, to: 64 }),
};

export const objectStoreShape = {
  /** The store's name without `OBJ_`: letters, digits, `_` and `-`. */
  name: bucketName("object"),
};

export const kvBucketSchema = z.strictObject({ ...kvShape, ...anyStreamShape, ...bucketShape, ...policyShape });
export const objectStoreSchema = z.strictObject({
  ...objectStoreShape,
  ...anyStreamShape,
  ...bucketShape,
  ...policyShape,
});
