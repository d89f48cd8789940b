import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import { covers, overlap } from "../../subjects/subjects.ts";
import { count } from "../../text/text.ts";
import { isZero } from "./canonical.ts";

/**
 * Field values that the server accepts one by one and refuses together (nats-server stream.go, checkStreamCfg;
 * consumer.go, checkConsumerCfg). Validation looks at declared fields only. Here one of the fields may have a live
 * value.
 */
export interface Combination<Config> {
  /** A change of any of these fields is held. */
  fields: readonly (keyof Config & string)[];
  /** Returns why the server refuses a canonical config, and `undefined` if the server accepts it. */
  refusal: (config: Config, server: ServerFacts) => string | undefined;
}

export const STREAM_COMBINATIONS: Combination<StreamConfig>[] = [
  {
    fields: ["subjects", "no_ack"],
    refusal: ({ subjects = [], no_ack: silent }) => {
      const own = silent ? undefined : subjects.find(needsNoAck);
      return own === undefined ? undefined : `a stream that stores "${own}" cannot acknowledge: it needs noAck`;
    },
  },
  {
    fields: ["deny_purge"],
    refusal: ({ deny_purge: denied, allow_rollup_hdrs: rollUps }) =>
      denied && rollUps ? "a roll-up purges, and this stream allows roll-ups" : undefined,
  },
  refusedOnCounters("allow_msg_ttl", "message TTLs", ({ allow_msg_ttl: ttl }) => ttl === true),
  refusedOnCounters("subject_delete_marker_ttl", "markers", ({ subject_delete_marker_ttl: ttl }) => !isZero(ttl)),
  refusedOnCounters("discard", 'discard "new"', ({ discard, sealed }) => discard === "new" && !sealed),
  {
    // Measured on 2.12.8, 2.14.6 and 2.15.2: sealing sets discard "new". At its next start the server refuses this
    // value on such a stream, and the stream is lost (10059).
    fields: ["sealed"],
    refusal: ({ sealed, allow_msg_counter: counters, allow_msg_schedules: schedules }, server) => {
      if (!sealed || !(counters || (schedules && isAtLeast(server, "2.14.0")))) return undefined;
      return `the server seals a stream of ${counters ? "counters" : "schedules"}, and loses it at its next restart`;
    },
  },
  refusedOnCounters("retention", 'another retention than "limits"', ({ retention }) => retention !== "limits"),
  refusedOnCounters("allow_msg_schedules", "schedules", ({ allow_msg_schedules: on }) => on === true, "2.14.0"),
  {
    fields: ["allow_msg_schedules", "sources"],
    refusal: ({ allow_msg_schedules: schedules, sources = [] }) =>
      schedules && sources.length > 0 ? "a stream with sources cannot have message schedules" : undefined,
  },
  {
    fields: ["allow_msg_schedules", "discard"],
    refusal: ({ allow_msg_schedules: schedules, discard, sealed }, server) =>
      schedules && discard === "new" && !sealed && isAtLeast(server, "2.14.0")
        ? 'a stream with message schedules cannot have discard "new"'
        : undefined,
  },
];

export const CONSUMER_COMBINATIONS: Combination<ConsumerConfig>[] = [
  {
    fields: ["backoff", "max_deliver"],
    refusal: ({ backoff = [], max_deliver: limit = -1 }, server) => {
      const deliveries = Number(limit);
      // 2.9 requires one delivery more than there are waits, and treats "no limit" as less than one delivery (10116).
      const isOld = !isAtLeast(server, "2.10.0");
      const least = backoff.length + (isOld ? 1 : 0);
      if (backoff.length === 0 || deliveries >= least || (deliveries === -1 && !isOld)) return undefined;
      const where = isOld ? " on servers before 2.10" : "";
      const now = deliveries === -1 ? "has no limit" : `is ${deliveries}`;
      return `its backoff of ${count(backoff.length, "wait")} needs a maxDeliver of ${least} or more${where}, and it ${now}`;
    },
  },
  {
    fields: ["priority_policy", "priority_groups"],
    refusal: ({ priority_policy: policy = "none", priority_groups: groups = [], deliver_subject: push }, server) => {
      const needsPolicy = groups.length > 0 && isAtLeast(server, "2.12.0");
      if (policy === "none") return needsPolicy ? "priorityGroups need a priorityPolicy" : undefined;
      if (groups.length === 0) return "a priorityPolicy needs priorityGroups";
      return push ? "only a pull consumer has priorities" : undefined;
    },
  },
];

/**
 * Whether a stream on this subject must not acknowledge: the server would receive its own acknowledgements as messages.
 */
function needsNoAck(subject: string): boolean {
  if (subject === ">") return true;
  if (covers("$JS.EVENT.>", subject) || covers("$SYS.ACCOUNT.>", subject)) return false;
  return ["$JS.>", "$JSC.>", "$NRG.>", "$SYS.>"].some((own) => overlap(own, subject));
}

function refusedOnCounters(
  field: keyof StreamConfig & string,
  what: string,
  has: (config: StreamConfig) => boolean,
  since = "2.12.0",
): Combination<StreamConfig> {
  return {
    fields: [field],
    refusal: (config, server) =>
      config.allow_msg_counter && has(config) && isAtLeast(server, since)
        ? `a stream of counters cannot have ${what}`
        : undefined,
  };
}
