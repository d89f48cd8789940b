import type { ConsumerInfo, StreamState } from "../../../lib/jetstream/types.ts";
import type { StreamEvidence } from "../../../lib/observe/evidence.ts";
import type { Fields } from "../../../lib/plan/fields/tables.ts";
import type { Stored } from "../../../lib/plan/stored.ts";

const SECOND = 1_000_000_000;

export const EMPTY: StreamState = {
  messages: 0,
  bytes: 0,
  first_seq: 1,
  first_ts: "0001-01-01T00:00:00Z",
  last_seq: 0,
  last_ts: "0001-01-01T00:00:00Z",
  num_subjects: 0,
  consumer_count: 0,
};

/** A hundred messages of ten bytes on ten subjects, from 30 days ago to yesterday. */
const BUSY: StreamState = {
  ...EMPTY,
  messages: 100,
  bytes: 1000,
  first_seq: 1,
  last_seq: 100,
  first_ts: "2026-01-01T00:00:00Z",
  last_ts: "2026-01-30T00:00:00Z",
  num_subjects: 10,
  consumer_count: 1,
};

/** All that a plan may read of it: each subject holds ten messages, and a consumer waits for those on b. */
const READ: StreamEvidence = {
  perSubject: Array(10).fill(10),
  expired: { messages: 50, certainty: "exact" },
  outstanding: [40],
  consumers: [{ name: "C", filters: ["b"], isUsed: true }],
  storedOn: new Map(
    ["a", "b"].map((subject) => [
      subject,
      { subjects: new Map([[subject, 10]]), complete: true, last: { subject, time: "2026-01-30T00:00:00Z" } },
    ]),
  ),
};

export interface Situation {
  title: string;
  /** The situation that it is a variation of: only what is said otherwise than there is of interest. */
  like?: Situation;
  /** Not all was read that a plan would read: of no interest to the reference. */
  unread?: true;
  /** What is set beside the field that changes, before and after. */
  also?: Fields;
  state?: StreamState;
  /** What was read beyond the state. Default: nothing was. */
  evidence?: StreamEvidence;
  retention?: Stored["retention"];
  cluster?: string;
  consumer?: Partial<ConsumerInfo>;
}

/** The same messages with a plausible size, and as many consumers as a limit may forbid. */
export const STORED_STATE: StreamState = { ...BUSY, bytes: 10_000, consumer_count: 6 };

const UNREAD: Situation = { title: "with messages, of which nothing more was read", unread: true, state: BUSY };
const STORED: Situation = { title: "with messages", state: STORED_STATE, evidence: READ };
const NO_MESSAGES: Situation = { title: "empty" };
const REFUSING: Situation = {
  ...STORED,
  title: 'with `discard: "new"`',
  like: STORED,
  also: { discard: "new", max_msgs: 500, max_bytes: 50_000, max_msgs_per_subject: 10 },
};
const MIRROR: Situation = {
  title: "a mirror",
  like: NO_MESSAGES,
  also: { mirror: { name: "A" }, subjects: undefined },
};

export const STREAM_SITUATIONS: Situation[] = [
  UNREAD,
  STORED,
  NO_MESSAGES,
  {
    title: "with messages, of which nothing more was read, and new ones refused beyond 50 or 500B",
    like: UNREAD,
    unread: true,
    state: BUSY,
    also: { discard: "new", max_msgs: 50, max_bytes: 500 },
  },
  REFUSING,
  {
    ...REFUSING,
    title: "with a `maxMsgs` below what is stored",
    like: REFUSING,
    also: { discard: "new", max_msgs: 50 },
  },
  {
    ...REFUSING,
    title: "with `discardNewPerSubject`",
    like: REFUSING,
    also: { discard: "new", discard_new_per_subject: true, max_msgs_per_subject: 10 },
  },
  { ...STORED, title: "in a cluster", like: STORED, cluster: "c" },
  { title: "in a cluster, empty", like: NO_MESSAGES, cluster: "c" },
  { title: "with `denyPurge`", like: NO_MESSAGES, also: { deny_purge: true } },
  { title: 'with `maxAge: "1m"`', like: NO_MESSAGES, also: { max_age: 60 * SECOND } },
  MIRROR,
  {
    title: "a mirror through another API",
    like: MIRROR,
    also: { mirror: { name: "A", external: { api: "$JS.x.API" } }, subjects: undefined },
  },
  { title: "with a source", like: NO_MESSAGES, also: { sources: [{ name: "A" }] } },
  { title: "that persists asynchronously", like: NO_MESSAGES, also: { persist_mode: "async" } },
  { title: "sealed", like: NO_MESSAGES, also: { sealed: true } },
];

const IN_USE: Situation = {
  title: "in use",
  also: { ack_policy: "explicit" },
  state: BUSY,
  evidence: READ,
  retention: "limits",
  consumer: { num_ack_pending: 3, num_redelivered: 2, num_pending: 4 },
};
const NEVER_USED: Situation = {
  ...IN_USE,
  title: "never used",
  like: IN_USE,
  consumer: { num_pending: 100, delivered: { consumer_seq: 0 } },
};

export const CONSUMER_SITUATIONS: Situation[] = [
  IN_USE,
  { ...IN_USE, title: "in use, of a stream of which nothing more was read", unread: true, evidence: {} },
  NEVER_USED,
  {
    ...IN_USE,
    title: "push, with a subscriber",
    like: IN_USE,
    also: { ack_policy: "explicit", deliver_subject: "d" },
    consumer: { push_bound: true },
  },
  { ...IN_USE, title: "in a cluster", like: IN_USE, cluster: "c", consumer: { num_waiting: 1 } },
  { ...IN_USE, title: "on a work queue", like: IN_USE, retention: "workqueue", consumer: { num_waiting: 1 } },
  {
    ...IN_USE,
    title: "on a stream with interest retention",
    like: IN_USE,
    retention: "interest",
    consumer: { num_pending: 4, delivered: { consumer_seq: 7, last_active: "2026-01-30T23:00:00Z" } },
  },
  {
    title: "push, without acks",
    unread: true,
    also: { deliver_subject: "d" },
    state: BUSY,
    retention: "limits",
  },
  { title: "of a stream that could not be read", unread: true, also: { filter_subject: "a" } },
  {
    ...IN_USE,
    title: 'with `ackPolicy: "all"`, `priorityPolicy: "pinned_client"` and a `backoff` of one wait',
    like: IN_USE,
    also: { ack_policy: "all", priority_policy: "pinned_client", backoff: [5 * SECOND] },
  },
];
