import { isAtLeast } from "../../jetstream/server.ts";
import type { ConsumerConfig } from "../../jetstream/types.ts";
import {
  fewerConsumerReplicas,
  fewerDeliveries,
  fewerUnacknowledged,
  narrowerFilter,
  otherDelivery,
  otherGroup,
  otherGroups,
  otherPriority,
  removedWhenIdle,
  smallerPulls,
  withoutPayload,
} from "../disruption/consumer-disruption.ts";
import * as canonical from "./canonical.ts";
import { always, type Field, type FieldTable, immutable, SAFE } from "./field.ts";

const THIRTY_SECONDS = 30_000_000_000;
const TWO_MINUTES = 120_000_000_000;

/**
 * Every field of a consumer's config. `canonical` follows nats-server's setConsumerConfigDefaults. `impact` follows its
 * checkNewConsumerConfig, which refuses an update with 10012.
 */
export const CONSUMER_FIELDS: FieldTable<ConsumerConfig> = {
  name: { identity: true, canonical: (value) => value, impact: always(SAFE) },
  durable_name: { identity: true, canonical: (value) => value, impact: always(SAFE) },
  description: { canonical: (value) => value ?? "", impact: always(SAFE) },
  deliver_policy: immutableField((value) => value ?? "all", "where a consumer starts"),
  opt_start_seq: immutableField((value) => value ?? 0, "where a consumer starts"),
  opt_start_time: immutableField((value) => canonical.instant(value), "where a consumer starts"),
  ack_policy: {
    ...immutableField((value) => value ?? "none", "how a consumer acknowledges"),
    requiredAtCreate: true,
    unsupported: (value, server) =>
      value === "flow_control" && !isAtLeast(server, "2.14.0") ? "flow-control acks need server 2.14" : undefined,
  },
  ack_wait: {
    canonical: (value, config) => {
      if (config.backoff?.length) return config.backoff[0];
      const needed = config.ack_policy === "explicit" || config.ack_policy === "all";
      return canonical.isZero(value) && needed ? THIRTY_SECONDS : (value ?? 0);
    },
    impact: always(SAFE),
  },
  max_deliver: { canonical: (value) => (value === undefined || value <= 0 ? -1 : value), impact: fewerDeliveries },
  backoff: {
    canonical: (value) => value ?? [],
    impact: always(SAFE),
  },
  filter_subject: {
    canonical: (value) => value ?? "",
    impact: narrowerFilter,
  },
  filter_subjects: {
    since: "2.10.0",
    // 2.9 ignores the field: the consumer would get every subject, without any error.
    requiredAtCreate: true,
    canonical: canonical.set,
    impact: narrowerFilter,
  },
  replay_policy: immutableField((value) => value ?? "instant", "how a consumer replays"),
  rate_limit_bps: {
    canonical: (value) => value ?? 0,
    impact: ({ to, target }) =>
      to !== 0 && !target.deliver_subject ? immutable("a pull consumer has no rate limit") : SAFE,
  },
  sample_freq: { canonical: (value) => (value ?? "").replace(/%$/, ""), impact: always(SAFE) },
  max_waiting: immutableField(
    (value, config) => (value && value > 0 ? value : config.deliver_subject ? 0 : 512),
    "how many pulls may wait",
  ),
  max_ack_pending: {
    canonical: (value, config) => value || (config.ack_policy === undefined || config.ack_policy === "none" ? 0 : 1000),
    impact: fewerUnacknowledged,
  },
  flow_control: immutableField(
    (value, config) => (config.ack_policy === "flow_control" ? true : (value ?? false)),
    "flow control",
  ),
  headers_only: { canonical: (value) => value ?? false, impact: withoutPayload },
  max_batch: { canonical: (value) => value ?? 0, impact: smallerPulls("messages") },
  max_expires: { canonical: (value) => value ?? 0, impact: smallerPulls("time") },
  max_bytes: { canonical: (value) => value ?? 0, impact: smallerPulls("bytes") },
  deliver_subject: {
    canonical: (value) => value ?? "",
    impact: otherDelivery,
  },
  deliver_group: { canonical: (value) => value ?? "", impact: otherGroup },
  idle_heartbeat: immutableField((value) => value ?? 0, "a consumer's heartbeat"),
  inactive_threshold: { canonical: (value) => value ?? 0, impact: removedWhenIdle },
  // Measured on 2.10.27: a cluster that is restarted as a whole before new replicas have caught up (a second or so) may
  // elect one of them, and the consumer starts anew. Once the new replicas have caught up, the consumer keeps its
  // place.
  num_replicas: { canonical: (value) => value ?? 0, impact: fewerConsumerReplicas },
  // Measured from 2.9.10 to 2.12.8 on a server that is not clustered: the server accepts the update and shows it. At
  // its next restart a consumer that was changed to memory starts anew, and one that was changed to file is lost.
  // 2.14.6 and 2.15.1 refuse the update.
  mem_storage: immutableField((value) => value ?? false, "where a consumer's state is stored"),
  metadata: {
    since: "2.10.0",
    canonical: canonical.metadata,
    merge: (live, declared) => ({ ...live, ...declared }),
    impact: always(SAFE),
  },
  // This field cannot be declared: the server restores the current value at every update. The nats command line sets
  // Go's zero time.
  pause_until: {
    since: "2.11.0",
    keepsLive: true,
    canonical: (value) => canonical.instant(value),
    impact: always(immutable("only the request that pauses a consumer changes when the pause ends")),
  },
  priority_groups: { since: "2.11.0", canonical: canonical.set, impact: otherGroups },
  priority_policy: {
    since: "2.11.0",
    unsupported: (value, server) =>
      value === "prioritized" && !isAtLeast(server, "2.12.0") ? "the prioritized policy needs server 2.12" : undefined,
    canonical: (value) => value ?? "none",
    impact: otherPriority,
  },
  priority_timeout: {
    since: "2.11.0",
    canonical: (value, config) =>
      canonical.isZero(value) && config.priority_policy === "pinned_client" ? TWO_MINUTES : (value ?? 0),
    impact: always(SAFE),
  },
};

/**
 * Replaces a list of one filter by the single filter. Both mean the same, and setting either field replaces the other.
 */
export function impliedByConsumer(config: ConsumerConfig): ConsumerConfig {
  const [only, ...more] = config.filter_subjects ?? [];
  if (only === undefined || more.length > 0) return config;
  const { filter_subjects: _, ...rest } = config;
  return { ...rest, filter_subject: only };
}

/** A field that is set when the consumer is created, and that the server refuses to change afterwards. */
function immutableField<Value>(
  canonicalOf: Field<ConsumerConfig, Value>["canonical"],
  what: string,
): Field<ConsumerConfig, Value> {
  return { canonical: canonicalOf, impact: always(immutable(`the server does not change ${what}`)) };
}
