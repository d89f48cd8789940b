import * as z from "zod";
import { streamUnits } from "../fields/fields.ts";
import { assetName } from "./name-values.ts";
import { policyShape } from "./policy.ts";
import { consumerLimits, mirror, placement, republish, sources, transform } from "./source.ts";
import { flag, measured, metadata, text, texts, whole } from "./values.ts";

/** The fields that streams and buckets declare under the same name. */
export const anyStreamShape = {
  /** A description for people. At most 4096 bytes. */
  description: text(),
  /**
   * When the server removes a message: `limits` (default) when a limit is reached, `interest` when every consumer has
   * acknowledged it, `workqueue` when one has. It cannot be changed to or from `workqueue`.
   */
  retention: z.enum(["limits", "interest", "workqueue"]).optional(),
  /**
   * The most consumers that it may have, including those without a durable name. `unlimited` and the default both mean
   * the account's limit. If the account has none, the limit is 1000 since 2.15 (`default_max_consumers` in the server's
   * configuration), and before that there is none. Cannot be changed before 2.12.5.
   */
  maxConsumers: measured(streamUnits.max_consumers),
  /** The most messages that it keeps. Default: unlimited. */
  maxMsgs: measured(streamUnits.max_msgs),
  /**
   * The most bytes that it keeps, e.g. `"512MiB"`. The server reserves them, per replica, at create and update.
   * Default: unlimited.
   */
  maxBytes: measured(streamUnits.max_bytes),
  /** The age at which the server removes a message, e.g. `"90d"`. At least 100ms. Default: unlimited. */
  maxAge: measured(streamUnits.max_age),
  /**
   * At a limit, `old` discards the oldest message, and `new` refuses the new one. Default: `old`; on a bucket `new`, as
   * every client creates it.
   */
  discard: z.enum(["old", "new"]).optional(),
  /**
   * Refuse the new message also at the limit per subject. Needs `discard: "new"` and a limit per subject. Default:
   * false. Since 2.9.1.
   */
  discardNewPerSubject: flag(),
  /** `file` (default) or `memory`. Cannot be changed. */
  storage: z.enum(["file", "memory"]).optional(),
  /** How many copies there are in the cluster, 1 (default) to 5. More than 1 needs a clustered broker. */
  numReplicas: whole({ from: 1, to: 5 }),
  /** Do not acknowledge published messages. Default: false. */
  noAck: flag(),
  /**
   * How long the server remembers a message id to drop duplicates. At least 100ms and at most `maxAge`. Default: 2m, or
   * `maxAge` if that is shorter. None on a mirror.
   */
  duplicateWindow: measured(streamUnits.duplicate_window),
  /** The place in a cluster. Default: anywhere. */
  placement: placement(),
  /** Keep an exact copy of this other stream. Only possible at creation. Removing it promotes the copy (2.12). */
  mirror: mirror(),
  /** Copy messages from these streams. */
  sources: sources(),
  /** How new blocks are stored on disk: `none` (default) or `s2`. Since 2.10. */
  compression: z.enum(["none", "s2"]).optional(),
  /**
   * The sequence of the first message. Only used at creation: a later change would purge the stream at the server's
   * next restart, so a run always holds it. Since 2.10.
   */
  firstSeq: whole({ from: 1 }),
  /** Store messages under another subject than the one they were published on. Since 2.10. */
  subjectTransform: transform(),
  /** Publish each stored message again on another subject. Cannot be changed before 2.10. */
  republish: republish(),
  /**
   * Let any replica answer reads of single messages. Default: false; on a bucket true at creation, as every client
   * does. Since 2.9.
   */
  allowDirect: flag(),
  /** Let a mirror answer reads of single messages for its origin. Only on a mirror. Since 2.9. */
  mirrorDirect: flag(),
  /**
   * The stream neither takes new messages nor loses stored ones. Cannot be undone. A stream cannot be created sealed.
   * Default: false.
   */
  sealed: flag(),
  /**
   * Refuse the API request that deletes a message. Cannot be undone. Default: false; on a KV bucket true at creation
   * (ADR-8).
   */
  denyDelete: flag(),
  /** Limits and defaults for its consumers. Since 2.10. */
  consumerLimits: consumerLimits(),
  /** Let a publisher give a message its own time to live. Cannot be undone. Default: false. Since 2.11. */
  allowMsgTtl: flag(),
  /** Make each subject a counter that messages add to. Cannot be changed. Default: false. Since 2.12. */
  allowMsgCounter: flag(),
  /** Let publishers store a batch of messages as a whole or not at all. Default: false. Since 2.12. */
  allowAtomic: flag(),
  /** Let publishers schedule a message for a later time. Cannot be undone. Default: false. Since 2.12. */
  allowMsgSchedules: flag(),
  /**
   * `default`, or `async`: the server acknowledges a message before it is on disk (file storage and one replica only).
   * Cannot be changed. Since 2.12.
   */
  persistMode: z.enum(["default", "async"]).optional(),
  /** Let publishers send fast batches. Default: false. Since 2.14. */
  allowBatched: flag(),
  /** Labels. At most 128 KiB in all. Names that start with `_nats.` belong to the server. Since 2.10. */
  metadata: metadata(),
};

/** The fields that only a plain stream declares. On a bucket the kind decides them, or they have another name. */
export const plainStreamShape = {
  /** The stream's name, without space, `.`, `*`, `>`, `/` or `\`. At most 255 bytes. */
  name: assetName(),
  /** The subjects that it stores, with wildcards. Default: its name (none for a mirror or a stream with sources). */
  subjects: texts(),
  /** The most messages that it keeps of each subject. Default: unlimited. */
  maxMsgsPerSubject: measured(streamUnits.max_msgs_per_subject),
  /** The largest message that it takes, e.g. `"1MiB"`. Default: unlimited (the server has its own `max_payload`). */
  maxMsgSize: measured(streamUnits.max_msg_size),
  /** Refuse the API request that purges the stream. Cannot be undone. Default: false. */
  denyPurge: flag(),
  /** Let a message with a roll-up header replace all older messages of its subject. Default: false. */
  allowRollupHdrs: flag(),
  /**
   * Leave a marker for this long after a limit has removed a subject's last message. At least 1s. Turns `allowMsgTtl`
   * and `allowRollupHdrs` on. Since 2.11.
   */
  subjectDeleteMarkerTtl: measured(streamUnits.subject_delete_marker_ttl),
};

export const streamSchema = z.strictObject({ ...plainStreamShape, ...anyStreamShape, ...policyShape });
