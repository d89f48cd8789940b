import * as z from "zod";
import { consumerUnits } from "../fields/fields.ts";
import { assetName } from "./name-values.ts";
import { policyShape } from "./policy.ts";
import { flag, instant, measured, metadata, text, texts, whole } from "./values.ts";

export const consumerShape = {
  /** The stream it reads; of a bucket, the stream behind it (`KV_jobs`). It need not be in the topology. */
  stream: assetName(),
  /** Its durable name: no space, `.`, `*`, `>`, `/` or `\`; at most 255 bytes. */
  name: assetName(),
  /** What it is for, for people. At most 4096 bytes. */
  description: text(),
  /** Where in the stream it starts. Default: `all`. Cannot be changed. */
  deliverPolicy: z.enum(["all", "last", "new", "by_start_sequence", "by_start_time", "last_per_subject"]).optional(),
  /** The sequence to start at, with `deliverPolicy: "by_start_sequence"`. Cannot be changed. */
  optStartSeq: whole({ from: 1 }),
  /** The instant to start at (RFC 3339), with `deliverPolicy: "by_start_time"`. Cannot be changed. */
  optStartTime: instant(),
  /**
   * What acknowledges a message. Default: `explicit`, at creation, as every client does. Cannot be changed.
   * `flow_control` since 2.14.
   */
  ackPolicy: z.enum(["none", "all", "explicit", "flow_control"]).optional(),
  /**
   * How long it waits for an acknowledgement before delivering again. Default: 30s. Beside `backoff` the server takes
   * the first of those waits instead.
   */
  ackWait: measured(consumerUnits.ack_wait),
  /** Most deliveries of one message. Default: unlimited. */
  maxDeliver: measured(consumerUnits.max_deliver),
  /** The waits before the second, third … delivery; the last one repeats. Not longer than `maxDeliver`. */
  backoff: z.array(measured(consumerUnits.backoff.each).unwrap()).optional(),
  /** Read only these subjects. Not together with `filterSubjects`. */
  filterSubject: text(),
  /** Read only these subjects, none overlapping another. Since 2.10: an older server would deliver everything. */
  filterSubjects: texts(),
  /** `instant` (default), or `original`: at the pace they were published. Cannot be changed. */
  replayPolicy: z.enum(["instant", "original"]).optional(),
  /** Bits per second at most. Push consumers only. */
  rateLimitBps: whole({ from: 0 }),
  /** How many acknowledgements are sampled, in percent: `"100"`. */
  sampleFreq: text(),
  /** Pull requests that may wait. Default: 512. Pull consumers only. Cannot be changed. */
  maxWaiting: whole({ from: 1 }),
  /** Messages delivered and not yet acknowledged, at most. Default: 1000, or the stream's `consumerLimits`. */
  maxAckPending: measured(consumerUnits.max_ack_pending),
  /** Pace delivery by the receiver. Push consumers only, with `idleHeartbeat`. Cannot be changed. */
  flowControl: flag(),
  /** Deliver the headers and the size only. Default: false. */
  headersOnly: flag(),
  /** Messages per pull request, at most; 0 is no limit (default). */
  maxBatch: whole({ from: 0 }),
  /** How long a pull request may wait, at least 1ms; `"0s"` is no limit (default). */
  maxExpires: measured(consumerUnits.max_expires),
  /** Bytes per pull request, at most. Default: unlimited. */
  maxBytes: measured(consumerUnits.max_bytes),
  /** The subject it delivers to, which makes it a push consumer. Cannot be added or removed later. */
  deliverSubject: text(),
  /** The queue group its receivers share. Push consumers only. */
  deliverGroup: text(),
  /** Send a heartbeat after this long without a message; at least 100ms. Push consumers only. Cannot be changed. */
  idleHeartbeat: measured(consumerUnits.idle_heartbeat),
  /** Remove it after this long without a reader. Default for a durable: never. */
  inactiveThreshold: measured(consumerUnits.inactive_threshold),
  /** Copies in the cluster; 0 (default) is as many as the stream. */
  numReplicas: whole({ from: 0, to: 5 }),
  /** Keep its state in memory. Default: false. Cannot be changed. */
  memStorage: flag(),
  /** Labels. At most 128 KiB in all; names starting with `_nats.` are the server's. Since 2.10. */
  metadata: metadata(),
  /** The groups of its priority policy: 1 to 16 characters of letters, digits, `/`, `_`, `=` and `-`. Since 2.11. */
  priorityGroups: texts(),
  /** Who gets the messages among those who ask. Default: `none`. `prioritized` since 2.12, the others since 2.11. */
  priorityPolicy: z.enum(["none", "overflow", "pinned_client", "prioritized"]).optional(),
  /** How long a pinned client may stay silent. Default with `pinned_client`: 2m. Since 2.11. */
  priorityTimeout: measured(consumerUnits.priority_timeout),
};

export const consumerSchema = z.strictObject({ ...consumerShape, ...policyShape });
