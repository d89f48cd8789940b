/**
 * The JSON of the JetStream API, as the server sends and accepts it (snake_case, durations in nanoseconds).
 *
 * Source: nats-server, server/stream.go (StreamConfig, StreamState), server/consumer.go (ConsumerConfig),
 * server/jetstream_api.go (request and response types), at 2.15.
 */

/**
 * A 64-bit integer on the wire. It is a `bigint` only if a `number` would print other digits. Such a value must stay
 * the same from a read to a write: a rounded `first_seq` purges the stream at its next restart.
 */
export type Int64 = number | bigint;

/** Nanoseconds. */
export type Nanos = Int64;

export interface SubjectTransform {
  src?: string;
  dest: string;
}

export interface ExternalStream {
  api: string;
  deliver?: string;
}

/** The durable consumer at the origin through which a source reads (2.14 and newer). */
export interface SourceConsumer {
  name?: string;
  deliver_subject?: string;
}

export interface StreamSource {
  name: string;
  opt_start_seq?: Int64;
  /** A time in RFC 3339. Two texts are equal if they mean the same instant, whatever the offset. */
  opt_start_time?: string;
  filter_subject?: string;
  subject_transforms?: SubjectTransform[];
  external?: ExternalStream;
  consumer?: SourceConsumer;
}

export interface Placement {
  cluster?: string;
  tags?: string[];
}

export interface Republish {
  src?: string;
  dest: string;
  headers_only?: boolean;
}

export interface ConsumerLimits {
  inactive_threshold?: Nanos;
  max_ack_pending?: Int64;
}

export interface StreamConfig {
  name: string;
  description?: string;
  subjects?: string[];
  retention?: "limits" | "interest" | "workqueue";
  max_consumers?: Int64;
  max_msgs?: Int64;
  max_bytes?: Int64;
  max_age?: Nanos;
  max_msgs_per_subject?: Int64;
  max_msg_size?: number;
  discard?: "old" | "new";
  discard_new_per_subject?: boolean;
  storage?: "file" | "memory";
  num_replicas?: number;
  no_ack?: boolean;
  duplicate_window?: Nanos;
  placement?: Placement;
  mirror?: StreamSource;
  sources?: StreamSource[];
  compression?: "none" | "s2";
  first_seq?: Int64;
  subject_transform?: SubjectTransform;
  republish?: Republish;
  allow_direct?: boolean;
  mirror_direct?: boolean;
  sealed?: boolean;
  deny_delete?: boolean;
  deny_purge?: boolean;
  allow_rollup_hdrs?: boolean;
  consumer_limits?: ConsumerLimits;
  allow_msg_ttl?: boolean;
  subject_delete_marker_ttl?: Nanos;
  allow_msg_counter?: boolean;
  allow_atomic?: boolean;
  allow_msg_schedules?: boolean;
  persist_mode?: "" | "default" | "async";
  allow_batched?: boolean;
  metadata?: Record<string, string>;
}

export interface ConsumerConfig {
  durable_name?: string;
  name?: string;
  description?: string;
  deliver_policy?: "all" | "last" | "new" | "by_start_sequence" | "by_start_time" | "last_per_subject";
  opt_start_seq?: Int64;
  opt_start_time?: string;
  ack_policy?: "none" | "all" | "explicit" | "flow_control";
  ack_wait?: Nanos;
  max_deliver?: Int64;
  backoff?: Nanos[];
  filter_subject?: string;
  filter_subjects?: string[];
  replay_policy?: "instant" | "original";
  rate_limit_bps?: Int64;
  sample_freq?: string;
  max_waiting?: Int64;
  max_ack_pending?: Int64;
  flow_control?: boolean;
  headers_only?: boolean;
  max_batch?: Int64;
  max_expires?: Nanos;
  max_bytes?: Int64;
  deliver_subject?: string;
  deliver_group?: string;
  idle_heartbeat?: Nanos;
  inactive_threshold?: Nanos;
  num_replicas?: number;
  mem_storage?: boolean;
  metadata?: Record<string, string>;
  pause_until?: string;
  priority_groups?: string[];
  priority_policy?: "none" | "overflow" | "pinned_client" | "prioritized";
  priority_timeout?: Nanos;
}

/** The config of a live consumer, with fields that only the server sets. See sourcing-consumer.ts. */
export interface LiveConsumerConfig extends ConsumerConfig {
  /** The consumer feeds a mirror or a source, and is in no list. */
  direct?: boolean;
  /** The consumer feeds a mirror or a source. Since 2.14. */
  sourcing?: boolean;
}

export interface StreamState {
  messages: number;
  bytes: number;
  first_seq: Int64;
  first_ts: string;
  last_seq: Int64;
  last_ts: string;
  num_subjects?: number;
  num_deleted?: number;
  consumer_count: number;
}

/** One member of a group. The leader is not listed as a member; a group without a leader lists all members. */
export interface PeerInfo {
  name: string;
  current: boolean;
  offline?: boolean;
  /** The time since the leader last heard from the member. */
  active: Nanos;
  /** How many operations the member is behind. */
  lag?: number;
  /** The peer is about to join or to leave the group (2.15 and newer). */
  pending?: boolean;
}

/** The change that the cluster is still making (2.15 and newer). INFO already shows the requested config meanwhile. */
export interface DesiredClusterInfo {
  origin?: { replicas: number; placement?: Placement; retention?: string };
  status?: { description: string; type: string; err?: string };
}

export interface ClusterInfo {
  name?: string;
  leader?: string;
  replicas?: PeerInfo[];
  desired?: DesiredClusterInfo;
}

export interface StreamSourceInfo {
  name: string;
  /** How many messages the copy is behind, as the origin said with its last message. */
  lag: number;
  /** The time since the origin last sent a message or a heartbeat. -1 if it never did. */
  active: Nanos;
  error?: { err_code?: number; description?: string };
}

export interface StreamInfo {
  config: StreamConfig;
  created: string;
  state: StreamState;
  /** Absent on a server that is not clustered (2.9), or present without a name (2.10 and newer). */
  cluster?: ClusterInfo;
  mirror?: StreamSourceInfo;
  sources?: StreamSourceInfo[];
}

export interface StoredMessage {
  subject: string;
  seq: Int64;
  /** A time in RFC 3339. */
  time: string;
}

export interface ConsumerInfo {
  stream_name: string;
  name: string;
  config: LiveConsumerConfig;
  num_pending?: number;
  num_ack_pending?: number;
  /** Messages delivered more than once and not acknowledged. */
  num_redelivered?: number;
  /** Pull requests that wait for messages. */
  num_waiting?: number;
  /** A client subscribes to the subject that the consumer delivers to. */
  push_bound?: boolean;
  delivered?: { consumer_seq: Int64; last_active?: string };
  cluster?: ClusterInfo;
}

export interface AccountLimits {
  max_memory: number;
  max_storage: number;
  max_streams: number;
  max_consumers: number;
  max_ack_pending?: number;
  memory_max_stream_bytes?: number;
  storage_max_stream_bytes?: number;
  max_bytes_required?: boolean;
}

export interface AccountInfo {
  memory: number;
  storage: number;
  reserved_memory?: number;
  reserved_storage?: number;
  streams: number;
  consumers: number;
  limits: AccountLimits;
  tiers?: Record<string, { limits: AccountLimits; streams: number; storage: number; memory: number }>;
  domain?: string;
  api?: { level?: number; total: number; errors: number };
}
