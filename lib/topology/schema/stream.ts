import * as z from "zod";
import { streamUnits } from "../fields/fields.ts";
import { assetName } from "./name-values.ts";
import { policyShape } from "./policy.ts";
import { consumerLimits, mirror, placement, republish, sources, transform } from "./source.ts";
import { flag, measured, metadata, text, texts, whole } from "./values.ts";

/** What streams and buckets declare under the same name. */
export const anyStreamShape = {
  /** What it is for, for people. At most 4096 bytes. */
  description: text(),
  /**
   * When a message goes: `limits` (default) when a limit says so, `interest` when every consumer has acknowledged it,
   * `workqueue` when one has. To or from `workqueue` cannot be changed.
   */
  retention: z.enum(["limits", "interest", "workqueue"]).optional(),
  /**
   * Most consumers it may have, those without a durable name included. Default, also of `unlimited`: the account's
   * limit; where it has none, 1000 since 2.15 (`default_max_consumers` in the server's configuration), before that no
   * limit. Cannot be changed before 2.12.5.
   */
  maxConsumers: measured(streamUnits.max_consumers),
  /** Most messages kept. Default: unlimited. */
  maxMsgs: measured(streamUnits.max_msgs),
  /**
   * Most bytes kept, e.g. `"512MiB"`; the server reserves them (per replica) at create and update. Default: unlimited.
   */
  maxBytes: measured(streamUnits.max_bytes),
  /** Age after which a message goes, e.g. `"90d"`; at least 100ms. Default: unlimited. */
  maxAge: measured(streamUnits.max_age),
  /**
   * At a limit, `old` discards the oldest message, `new` refuses the new one. Default: `old`; on a bucket `new`, as
   * every client creates it.
   */
  discard: z.enum(["old", "new"]).optional(),
  /**
   * Refuse the new message at the limit per subject too. Needs `discard: "new"` and a limit per subject. Default:
   * false. Since 2.9.1.
   */
  discardNewPerSubject: flag(),
  /** `file` (default) or `memory`. Cannot be changed. */
  storage: z.enum(["file", "memory"]).optional(),
  /** Copies in the cluster, 1 (default) to 5. More than 1 needs a clustered broker. */
  numReplicas: whole({ from: 1, to: 5 }),
  /** Do not acknowledge what is published. Default: false. */
  noAck: flag(),
  /**
   * How long a message id is remembered to drop duplicates; at least 100ms and at most `maxAge`. Default: 2m, or
   * `maxAge` if shorter; none on a mirror.
   */
  duplicateWindow: measured(streamUnits.duplicate_window),
  /** Where in a cluster it lives. Default: anywhere. */
  placement: placement(),
  /** Keep an exact copy of this other stream. Needs to be there from the start; removing it promotes the copy (2.12). */
  mirror: mirror(),
  /** Copy messages in from these streams. */
  sources: sources(),
  /** How new blocks are stored on disk: `none` (default) or `s2`. Since 2.10. */
  compression: z.enum(["none", "s2"]).optional(),
  /**
   * The sequence the first message gets, at creation only: changing it later would purge the stream at the server's
   * next restart, and is always held. Since 2.10.
   */
  firstSeq: whole({ from: 1 }),
  /** Store messages under another subject than they came on. Since 2.10. */
  subjectTransform: transform(),
  /** Publish each stored message again, on another subject. Cannot be changed before 2.10. */
  republish: republish(),
  /**
   * Let any replica answer reads of single messages. Default: false; on a bucket true at creation, as every client
   * does. Since 2.9.
   */
  allowDirect: flag(),
  /** The same for a mirror, which then helps to answer for its origin. Only on a mirror. Since 2.9. */
  mirrorDirect: flag(),
  /**
   * No message gets in or out any more. Never undone; and a stream that does not exist yet cannot be created sealed.
   * Default: false.
   */
  sealed: flag(),
  /**
   * Refuse the API request that deletes a message. Never undone. Default: false; on a KV bucket true at creation
   * (ADR-8).
   */
  denyDelete: flag(),
  /** Limits, and defaults, for its consumers. Since 2.10. */
  consumerLimits: consumerLimits(),
  /** Let a publisher give a message its own time to live. Never undone. Default: false. Since 2.11. */
  allowMsgTtl: flag(),
  /** Make each subject a counter that messages add to. Cannot be changed. Default: false. Since 2.12. */
  allowMsgCounter: flag(),
  /** Let publishers store a batch all or nothing. Default: false. Since 2.12. */
  allowAtomic: flag(),
  /** Let messages be published at a later time. Never undone. Default: false. Since 2.12. */
  allowMsgSchedules: flag(),
  /**
   * `default`, or `async`: acknowledge before the message is on disk (file storage and one replica only). Cannot be
   * changed. Since 2.12.
   */
  persistMode: z.enum(["default", "async"]).optional(),
  /** Let publishers send fast batches. Default: false. Since 2.14. */
  allowBatched: flag(),
  /** Labels. At most 128 KiB in all; names starting with `_nats.` are the server's. Since 2.10. */
  metadata: metadata(),
};

/** What only a plain stream declares: on a bucket the kind decides it, or it has another name. */
export const plainStreamShape = {
  /** The stream's name: no space, `.`, `*`, `>`, `/` or `\`; at most 255 bytes. */
  name: assetName(),
  /** The subjects it stores; wildcards allowed. Default: its name (none for a mirror, or where it has sources). */
  subjects: texts(),
  /** Most messages kept of each subject. Default: unlimited. */
  maxMsgsPerSubject: measured(streamUnits.max_msgs_per_subject),
  /** Largest message taken, e.g. `"1MiB"`. Default: unlimited (the server has its own `max_payload`). */
  maxMsgSize: measured(streamUnits.max_msg_size),
  /** Refuse the API request that purges it. Never undone. Default: false. */
  denyPurge: flag(),
  /** Let a message's header replace all older ones of its subject. Default: false. */
  allowRollupHdrs: flag(),
  /**
   * Leave a marker for this long where a limit removed a subject's last message; at least 1s. Turns `allowMsgTtl` and
   * `allowRollupHdrs` on. Since 2.11.
   */
  subjectDeleteMarkerTtl: measured(streamUnits.subject_delete_marker_ttl),
};

export const streamSchema = z.strictObject({ ...plainStreamShape, ...anyStreamShape, ...policyShape });
