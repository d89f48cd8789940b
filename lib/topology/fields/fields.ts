import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";

/**
 * How a value on the wire is written in a topology. The schema, the way to the wire and the way back all read this
 * one table; it knows no zod, so that the Lambda can carry it.
 * - `plain`: the same in both;
 * - `duration`: nanoseconds, `"90d"`; `age`: the same, where 0 is `"unlimited"`;
 * - `size`: bytes, `"512MiB"`, -1 is `"unlimited"`; `requestSize`: the same, where 0 is;
 * - `count`: an integer, where -1 is `"unlimited"`.
 */
export type ValueUnit = "plain" | "duration" | "age" | "size" | "requestSize" | "count";
export type Unit = ValueUnit | ListUnit | ObjectUnit;
export interface ListUnit {
  readonly each: Unit;
}
/** An object whose keys are named by the same rule as the fields themselves. */
export interface ObjectUnit {
  readonly fields: Readonly<Record<string, Unit>>;
}

const source = {
  fields: {
    name: "plain",
    opt_start_seq: "plain",
    opt_start_time: "plain",
    filter_subject: "plain",
    subject_transforms: "plain",
    external: "plain",
    consumer: { fields: { name: "plain", deliver_subject: "plain" } },
  },
} as const satisfies ObjectUnit;

export const streamUnits = {
  name: "plain",
  description: "plain",
  subjects: "plain",
  retention: "plain",
  max_consumers: "count",
  max_msgs: "count",
  max_bytes: "size",
  max_age: "age",
  max_msgs_per_subject: "count",
  max_msg_size: "size",
  discard: "plain",
  discard_new_per_subject: "plain",
  storage: "plain",
  num_replicas: "plain",
  no_ack: "plain",
  duplicate_window: "duration",
  placement: "plain",
  mirror: source,
  sources: { each: source },
  compression: "plain",
  first_seq: "plain",
  subject_transform: "plain",
  republish: { fields: { src: "plain", dest: "plain", headers_only: "plain" } },
  allow_direct: "plain",
  mirror_direct: "plain",
  sealed: "plain",
  deny_delete: "plain",
  deny_purge: "plain",
  allow_rollup_hdrs: "plain",
  consumer_limits: { fields: { inactive_threshold: "duration", max_ack_pending: "plain" } },
  allow_msg_ttl: "plain",
  subject_delete_marker_ttl: "duration",
  allow_msg_counter: "plain",
  allow_atomic: "plain",
  allow_msg_schedules: "plain",
  persist_mode: "plain",
  allow_batched: "plain",
  metadata: "plain",
} as const satisfies Record<keyof StreamConfig, Unit>;

export const consumerUnits = {
  durable_name: "plain",
  name: "plain",
  description: "plain",
  deliver_policy: "plain",
  opt_start_seq: "plain",
  opt_start_time: "plain",
  ack_policy: "plain",
  ack_wait: "duration",
  max_deliver: "count",
  backoff: { each: "duration" },
  filter_subject: "plain",
  filter_subjects: "plain",
  replay_policy: "plain",
  rate_limit_bps: "plain",
  sample_freq: "plain",
  max_waiting: "plain",
  max_ack_pending: "count",
  flow_control: "plain",
  headers_only: "plain",
  max_batch: "plain",
  max_expires: "duration",
  max_bytes: "requestSize",
  deliver_subject: "plain",
  deliver_group: "plain",
  idle_heartbeat: "duration",
  inactive_threshold: "duration",
  num_replicas: "plain",
  mem_storage: "plain",
  metadata: "plain",
  pause_until: "plain",
  priority_groups: "plain",
  priority_policy: "plain",
  priority_timeout: "duration",
} as const satisfies Record<keyof ConsumerConfig, Unit>;
