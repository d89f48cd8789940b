import { BrokerError } from "./errors/broker-error.ts";
import {
  flag,
  instant,
  int64,
  isInteger,
  isObject,
  listOf,
  objectOf,
  recordOf,
  rounded,
  type Shape,
  text,
  unread,
  WrongShape,
  word,
  wrong,
} from "./shape.ts";
import type { PublishPermissions } from "./subject-permissions.ts";
import type {
  AccountInfo,
  AccountLimits,
  ClusterInfo,
  ConsumerInfo,
  ConsumerLimits,
  DesiredClusterInfo,
  ExternalStream,
  Int64,
  LiveConsumerConfig,
  PeerInfo,
  Placement,
  Republish,
  SourceConsumer,
  StoredMessage,
  StreamConfig,
  StreamInfo,
  StreamSource,
  StreamSourceInfo,
  StreamState,
  SubjectTransform,
} from "./types.ts";

/**
 * Checks every answer once, when it arrives. All other code relies on the types. A proxy, an import of another account
 * or a stream that stores the API's requests may answer anything.
 */

/** The part of a request that the error about its answer needs. */
export interface RequestHead {
  subject: string;
  kind: "read" | "write";
}

/**
 * Checks an answer, and gives it the type that its reader needs.
 *
 * @throws BrokerError of class `unknown` if the answer has another shape. Such an answer to a write counts as lost: the
 *   server may have carried out the write.
 */
export function checkedAnswer<Answer>(answer: unknown, shape: Shape<Answer>, request: RequestHead): Answer {
  const receipt = receiptError(answer, request);
  if (receipt) throw receipt;
  try {
    return shape(answer);
  } catch (cause) {
    throw cause instanceof WrongShape ? unusable(cause.message, request) : cause;
  }
}

/** The error of an answer that is not JSON. Its text is not repeated: it may be a secret that the broker sent back. */
export function notJsonError(answer: string, request: RequestHead): BrokerError {
  const found = answer === "" ? "empty" : `a text of ${answer.length} characters that is not JSON`;
  return unusable(`it is ${found}`, request);
}

/** The error of an answer that is a stream's receipt to a publisher: a stream has stored the request as a message. */
function receiptError(answer: unknown, request: RequestHead): BrokerError | undefined {
  if (!isObject(answer) || typeof answer.stream !== "string" || !isInteger(answer.seq)) return undefined;
  const name = isName(answer.stream) ? `the stream "${answer.stream.slice(0, 80)}"` : "a stream";
  return unusable(
    `it is the receipt of ${name}, which stores the requests of JetStream as messages. Take the subject that covers ` +
      "them ($JS.API.>, $JS.> or the like) from that stream, or set its no_ack",
    request,
  );
}

function unusable(what: string, { subject, kind }: RequestHead): BrokerError {
  const message = `The answer to ${subject} cannot be used: ${what}.`;
  return new BrokerError(message, { class: "unknown", answerLost: kind === "write" });
}

/** The name of a stream or consumer. It is one token of the subjects of its requests. */
const name: Shape<string> = (value) => (typeof value === "string" && isName(value) ? value : wrong(value, "a name"));

function isName(value: string): boolean {
  return /^[^\s.*>\p{Cc}]+$/u.test(value);
}

const transform = objectOf<SubjectTransform>({ needed: { dest: text }, optional: { src: text } });

const source = objectOf<StreamSource>({
  needed: { name: text },
  optional: {
    opt_start_seq: int64,
    opt_start_time: instant,
    filter_subject: text,
    subject_transforms: listOf(transform),
    external: objectOf<ExternalStream>({ needed: { api: text }, optional: { deliver: text } }),
    consumer: objectOf<SourceConsumer>({ needed: {}, optional: { name: text, deliver_subject: text } }),
  },
});

const placement = objectOf<Placement>({ needed: {}, optional: { cluster: text, tags: listOf(text) } });

const streamConfig = objectOf<StreamConfig>({
  needed: { name },
  optional: {
    description: text,
    subjects: listOf(text),
    retention: word,
    max_consumers: int64,
    max_msgs: int64,
    max_bytes: int64,
    max_age: int64,
    max_msgs_per_subject: int64,
    max_msg_size: rounded,
    discard: word,
    discard_new_per_subject: flag,
    storage: word,
    num_replicas: rounded,
    no_ack: flag,
    duplicate_window: int64,
    placement,
    mirror: source,
    sources: listOf(source),
    compression: word,
    first_seq: int64,
    subject_transform: transform,
    republish: objectOf<Republish>({ needed: { dest: text }, optional: { src: text, headers_only: flag } }),
    allow_direct: flag,
    mirror_direct: flag,
    sealed: flag,
    deny_delete: flag,
    deny_purge: flag,
    allow_rollup_hdrs: flag,
    consumer_limits: objectOf<ConsumerLimits>({
      needed: {},
      optional: { inactive_threshold: int64, max_ack_pending: int64 },
    }),
    allow_msg_ttl: flag,
    subject_delete_marker_ttl: int64,
    allow_msg_counter: flag,
    allow_atomic: flag,
    allow_msg_schedules: flag,
    persist_mode: word,
    allow_batched: flag,
    metadata: recordOf(text),
  },
});

const consumerConfig = objectOf<LiveConsumerConfig>({
  needed: {},
  optional: {
    durable_name: text,
    name: text,
    description: text,
    deliver_policy: word,
    opt_start_seq: int64,
    opt_start_time: instant,
    ack_policy: word,
    ack_wait: int64,
    max_deliver: int64,
    backoff: listOf(int64),
    filter_subject: text,
    filter_subjects: listOf(text),
    replay_policy: word,
    rate_limit_bps: int64,
    sample_freq: text,
    max_waiting: int64,
    max_ack_pending: int64,
    flow_control: flag,
    headers_only: flag,
    max_batch: int64,
    max_expires: int64,
    max_bytes: int64,
    deliver_subject: text,
    deliver_group: text,
    idle_heartbeat: int64,
    inactive_threshold: int64,
    num_replicas: rounded,
    mem_storage: flag,
    metadata: recordOf(text),
    pause_until: instant,
    priority_groups: listOf(text),
    priority_policy: word,
    priority_timeout: int64,
    direct: flag,
    sourcing: flag,
  },
});

const state = objectOf<StreamState>({
  needed: {
    messages: rounded,
    bytes: rounded,
    first_seq: int64,
    first_ts: instant,
    last_seq: int64,
    last_ts: instant,
    consumer_count: rounded,
  },
  optional: { num_subjects: rounded, num_deleted: rounded },
});

/** The server's error in an answer. */
export interface Refusal {
  err_code?: number;
  description?: string;
}

const refusal = objectOf<Refusal>({ needed: {}, optional: { err_code: rounded, description: text } });

const peer = objectOf<PeerInfo>({
  needed: { name: text, current: flag, active: int64 },
  optional: { offline: flag, lag: rounded, pending: flag },
});

const desired = objectOf<DesiredClusterInfo>({
  needed: {},
  optional: {
    origin: objectOf<NonNullable<DesiredClusterInfo["origin"]>>({
      needed: { replicas: rounded },
      optional: { placement, retention: unread },
    }),
    status: objectOf<NonNullable<DesiredClusterInfo["status"]>>({
      needed: { description: text, type: unread },
      optional: { err: text },
    }),
  },
});

const cluster = objectOf<ClusterInfo>({
  needed: {},
  optional: { name: text, leader: text, replicas: listOf(peer), desired },
});

const origin = objectOf<StreamSourceInfo>({
  needed: { name: text, lag: rounded, active: int64 },
  optional: { error: refusal },
});

const streamInfo = objectOf<StreamInfo>({
  needed: { config: streamConfig, created: unread, state },
  optional: { cluster, mirror: origin, sources: listOf(origin) },
});

const consumerInfo = objectOf<ConsumerInfo>({
  needed: { stream_name: name, name, config: consumerConfig },
  optional: {
    num_pending: rounded,
    num_ack_pending: rounded,
    num_redelivered: rounded,
    num_waiting: rounded,
    push_bound: flag,
    delivered: objectOf<NonNullable<ConsumerInfo["delivered"]>>({
      needed: { consumer_seq: int64 },
      optional: { last_active: instant },
    }),
    cluster,
  },
});

const limits = objectOf<AccountLimits>({
  needed: { max_memory: rounded, max_storage: rounded, max_streams: rounded, max_consumers: rounded },
  optional: {
    max_ack_pending: rounded,
    memory_max_stream_bytes: rounded,
    storage_max_stream_bytes: rounded,
    max_bytes_required: flag,
  },
});

type Tier = NonNullable<AccountInfo["tiers"]>[string];

/** The answer about the account. The limits in a JWT may be as high as 2^63 - 1. */
export const accountInfoAnswer = objectOf<AccountInfo>({
  needed: { memory: unread, storage: unread, streams: rounded, consumers: unread, limits },
  optional: {
    reserved_memory: unread,
    reserved_storage: rounded,
    tiers: recordOf(
      objectOf<Tier>({ needed: { limits, streams: rounded, storage: unread, memory: unread }, optional: {} }),
    ),
    domain: text,
    api: objectOf<NonNullable<AccountInfo["api"]>>({
      needed: { total: unread, errors: unread },
      optional: { level: rounded },
    }),
  },
});

/** The server's answer about the user of the connection. */
export interface UserAnswer {
  data?: { account?: string; permissions?: { publish?: PublishPermissions } };
}

export const userAnswer = objectOf<UserAnswer>({
  needed: {},
  optional: {
    data: objectOf<NonNullable<UserAnswer["data"]>>({
      needed: {},
      optional: {
        account: text,
        permissions: objectOf<{ publish?: PublishPermissions }>({
          needed: {},
          optional: {
            publish: objectOf<PublishPermissions>({
              needed: {},
              optional: { allow: listOf(text), deny: listOf(text) },
            }),
          },
        }),
      },
    }),
  },
});

/** One page of a list. */
export interface Page<Item> {
  total: number;
  streams?: Item[];
  consumers?: Item[];
  /** Streams that did not answer the server in time. */
  missing?: string[];
}

function pageOf<Item>(item: Shape<Item>): Shape<Page<Item>> {
  const items = listOf(item);
  return objectOf<Page<Item>>({
    needed: { total: rounded },
    optional: { streams: items, consumers: items, missing: listOf(name) },
  });
}

export const streamNamesAnswer = pageOf(name);
export const streamListAnswer = pageOf(streamInfo);
export const consumerListAnswer = pageOf(consumerInfo);

/**
 * The answer about the requested stream, and no other one. An update is made from the answer's config, so it would
 * write the other stream.
 */
export function streamInfoAnswer(stream: string): Shape<StreamInfo> {
  return (answer) => {
    const info = streamInfo(answer);
    if (info.config.name !== stream) throw anotherName("config.name", stream);
    return info;
  };
}

export function consumerInfoAnswer(stream: string, consumer: string): Shape<ConsumerInfo> {
  return (answer) => {
    const info = consumerInfo(answer);
    if (info.stream_name !== stream) throw anotherName("stream_name", stream);
    if (info.name !== consumer) throw anotherName("name", consumer);
    return info;
  };
}

function anotherName(field: string, asked: string): WrongShape {
  return new WrongShape("another name", `"${asked}"`).within(field);
}

/** The number of messages on each subject of a stream. An empty stream has no `subjects`. */
export interface SubjectPage {
  total?: number;
  state: { messages: number; subjects?: Record<string, number> };
}

export const subjectsAnswer = objectOf<SubjectPage>({
  needed: {
    state: objectOf<SubjectPage["state"]>({
      needed: { messages: rounded },
      optional: { subjects: recordOf(rounded) },
    }),
  },
  optional: { total: rounded },
});

/** The sequences between a stream's first and last that it no longer holds. A stream without gaps has no `deleted`. */
export interface DeletedAnswer {
  state: { messages: number; deleted?: Int64[] };
}

export const deletedAnswer = objectOf<DeletedAnswer>({
  needed: {
    state: objectOf<DeletedAnswer["state"]>({
      needed: { messages: rounded },
      optional: { deleted: listOf(int64) },
    }),
  },
  optional: {},
});

export const messageAnswer = objectOf<{ message: StoredMessage }>({
  needed: { message: objectOf<StoredMessage>({ needed: { subject: text, seq: int64, time: instant }, optional: {} }) },
  optional: {},
});

/** The error in an answer, if the server refused the request. */
export const refusalAnswer = objectOf<{ error?: Refusal }>({ needed: {}, optional: { error: refusal } });
