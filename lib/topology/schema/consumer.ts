import * as z from "zod";
import { consumerUnits } from "../fields/fields.ts";
import { assetName } from "./name-values.ts";
import { policyShape } from "./policy.ts";
import { flag, instant, measured, metadata, text, texts, whole } from "./values.ts";

export const consumerShape = {
  /** The stream that it reads. For a bucket this is its backing stream (`KV_jobs`). It need not be in the topology. */
  stream: assetName(),
  /** Its durable name, without space, `.`, `*`, `>`, `/` or `\`. At most 255 bytes. */
  name: assetName(),
  /** A description for people. At most 4096 bytes. */
  description: text(),
  /** Where in the stream it starts. Default: `all`. Cannot be changed. */
  deliverPolicy: z.enum(["all", "last", "new", "by_start_sequence", "by_start_time", "last_per_subject"]).optional(),
  /** The sequence to start at, with `deliverPolicy: "by_start_sequence"`. Cannot be changed. */
  optStartSeq: whole({ from: 1 }),
  /** The instant to start at (RFC 3339), with `deliverPolicy: "by_start_time"`. Cannot be changed. */
  optStartTime: instant(),
  /**
   * What acknowledges a message. Default at creation: `explicit`, as every client sets it. Cannot be changed.
   * `flow_control` since 2.14.
   */
  ackPolicy: z.enum(["none", "all", "explicit", "flow_control"]).optional(),
  /**
   * How long it waits for an acknowledgement before it delivers again. Default: 30s. With `backoff`, the server uses
   * the first wait of that list instead.
   */
  ackWait: measured(consumerUnits.ack_wait),
  /** The most deliveries of one message. Default: unlimited. */
  maxDeliver: measured(consumerUnits.max_deliver),
  /** The waits before the second, third … delivery. The last wait repeats. At most as many waits as `maxDeliver`. */
  backoff: z.array(measured(consumerUnits.backoff.each).unwrap()).optional(),
  /** Read only these subjects. Not together with `filterSubjects`. */
  filterSubject: text(),
  /** Read only these subjects, which must not overlap. Since 2.10: an older server would deliver everything. */
  filterSubjects: texts(),
  /** `instant` (default), or `original`: at the pace they were published. Cannot be changed. */
  replayPolicy: z.enum(["instant", "original"]).optional(),
  /** The most bits per second. Push consumers only. */
  rateLimitBps: whole({ from: 0 }),
  /** How many acknowledgements the server samples, in percent: `"100"`. */
  sampleFreq: text(),
  /** The most pull requests that may wait. Default: 512. Pull consumers only. Cannot be changed. */
  maxWaiting: whole({ from: 1 }),
  /** The most messages that are delivered and not yet acknowledged. Default: 1000, or the stream's `consumerLimits`. */
  maxAckPending: measured(consumerUnits.max_ack_pending),
  /** Let the receiver pace the delivery. Push consumers only, with `idleHeartbeat`. Cannot be changed. */
  flowControl: flag(),
  /** Deliver only the headers and the size. Default: false. */
  headersOnly: flag(),
  /** The most messages per pull request. 0 means no limit (default). */
  maxBatch: whole({ from: 0 }),
  /** How long a pull request may wait, at least 1ms. `"0s"` means no limit (default). */
  maxExpires: measured(consumerUnits.max_expires),
  /** The most bytes per pull request. Default: unlimited. */
  maxBytes: measured(consumerUnits.max_bytes),
  /** The subject that it delivers to, which makes it a push consumer. Cannot be added or removed later. */
  deliverSubject: text(),
  /** The queue group that its receivers share. Push consumers only. */
  deliverGroup: text(),
  /** Send a heartbeat after this time without a message. At least 100ms. Push consumers only. Cannot be changed. */
  idleHeartbeat: measured(consumerUnits.idle_heartbeat),
  /** Remove it after this time without a reader. Default for a durable consumer: never. */
  inactiveThreshold: measured(consumerUnits.inactive_threshold),
  /** How many copies there are in the cluster. 0 (default) means as many as the stream has. */
  numReplicas: whole({ from: 0, to: 5 }),
  /** Keep its state in memory. Default: false. Cannot be changed. */
  memStorage: flag(),
  /** Labels. At most 128 KiB in all. Names that start with `_nats.` belong to the server. Since 2.10. */
  metadata: metadata(),
  /** The groups of its priority policy: 1 to 16 characters of letters, digits, `/`, `_`, `=` and `-`. Since 2.11. */
  priorityGroups: texts(),
  /** Which of the waiting clients gets messages. Default: `none`. `prioritized` since 2.12, the others since 2.11. */
  priorityPolicy: z.enum(["none", "overflow", "pinned_client", "prioritized"]).optional(),
  /** How long a pinned client may stay silent. Default with `pinned_client`: 2m. Since 2.11. */
  priorityTimeout: measured(consumerUnits.priority_timeout),
};

export const consumerSchema = z.strictObject({ ...consumerShape, ...policyShape });
