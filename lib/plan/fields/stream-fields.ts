import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { Int64, StreamConfig, StreamSource } from "../../jetstream/types.ts";
import { mirrorOrigin } from "../../topology/mirror-origin.ts";
import { isFromAllToAll } from "../../topology/republish.ts";
import {
  fewerConsumers,
  fewerReplicas,
  fewerSubjects,
  otherRepublish,
  otherSources,
  otherTransform,
  publishersLose,
  readersLose,
  smallerMessages,
  subjectsBecomeFull,
} from "../disruption/stream-disruption.ts";
import { stops, streamUsage } from "../disruption/usage.ts";
import * as canonical from "./canonical.ts";
import {
  always,
  type Change,
  type Field,
  type FieldTable,
  immutable,
  lossy,
  oneWay,
  SAFE,
  safe,
  type Verdict,
} from "./field.ts";
import { overBytes, overCount, withoutInterest } from "./forecast.ts";
import { ageLimit, discardPolicy, normalizedLimit, perSubjectLimit, storeLimit } from "./limits.ts";
import { canonicalRepublish, republishRefusal } from "./republish-field.ts";
import { defaultSubjects, defaultWindow, usualWindow } from "./stream-implied.ts";

/**
 * Every field of a stream's config. `canonical` follows nats-server's checkStreamCfgLocked. `impact` follows its
 * configUpdateCheckLocked, and what the stores do with the result. `since` is the first release whose struct has the
 * field.
 */
export const STREAM_FIELDS: FieldTable<StreamConfig> = {
  name: { identity: true, canonical: (value) => value, impact: always(SAFE) },
  description: { canonical: (value) => value ?? "", impact: always(SAFE) },
  subjects: notOnMirrors({
    canonical: (value, config) => canonical.set(value?.length ? value : defaultSubjects(config)),
    impact: (change) => {
      // If the republish changes too, the republish is held and not the subjects.
      const keepsRepublish = canonical.same(change.live.republish, change.target.republish);
      return (keepsRepublish ? republishRefusal(change) : undefined) ?? fewerSubjects(change);
    },
  }),
  retention: {
    canonical: (value) => value ?? "limits",
    impact: (change) => {
      if (change.from === "workqueue" || change.to === "workqueue" || !isAtLeast(change.server, "2.10.0")) {
        return immutable(`the server does not change retention from ${change.from} to ${change.to}`);
      }
      return change.to === "interest" ? toInterest(change) : SAFE;
    },
  },
  max_consumers: {
    canonical: (value) => normalizedLimit(value),
    impact: (change) =>
      isAtLeast(change.server, "2.12.5")
        ? fewerConsumers(change)
        : immutable("servers before 2.12.5 do not change the limit of consumers"),
  },
  max_msgs: { canonical: (value) => normalizedLimit(value), impact: storeLimit("max_msgs", overCount) },
  max_bytes: { canonical: (value) => normalizedLimit(value), impact: storeLimit("max_bytes", overBytes) },
  max_age: fixedBySealing({ canonical: (value) => value ?? 0, impact: ageLimit }),
  max_msgs_per_subject: { canonical: (value) => normalizedLimit(value), impact: perSubjectLimit },
  max_msg_size: { canonical: (value) => normalizedLimit(value), impact: smallerMessages },
  discard: fixedBySealing({ canonical: (value) => value ?? "old", impact: discardPolicy }),
  discard_new_per_subject: { ...flag({ since: "2.9.1" }), impact: (change) => subjectsBecomeFull(change) ?? SAFE },
  storage: {
    canonical: (value) => value ?? "file",
    impact: always(immutable("the server does not change a stream's storage")),
  },
  num_replicas: {
    canonical: (value) => value || 1,
    impact: (change) =>
      (change.to as number) > 1 && change.server.cluster === null
        ? immutable(
            // Measured on 2.9.10, 2.10.27, 2.11.11 and 2.12.8: the server accepts the update, and after a restart the
            // stream is lost (10059). 2.14.6 and 2.15.1 refuse the update (10074).
            "the server is not clustered: with more than one replica the stream would not come back after a restart",
          )
        : fewerReplicas(change),
  },
  no_ack: { ...flag(), impact: publishersLose(true, "publishers get no acknowledgement from now on") },
  duplicate_window: {
    // Nobody publishes to a mirror, so its window has no effect. Go clients set one nevertheless.
    canonical: (value, config, server) =>
      config.mirror || canonical.isZero(value) ? defaultWindow(config, server) : value,
    // Servers before 2.14 and Go clients set a window on a stream with sources. Newer servers and other clients do not.
    mayBeServerSet: (value, config) => Boolean(config.sources?.length) && value === usualWindow(config.max_age),
    impact: ({ to, target }) =>
      !canonical.isZero(target.max_age) && (to as Int64) > (target.max_age ?? 0)
        ? immutable("the server takes no window longer than the stream's age")
        : SAFE,
  },
  placement: {
    canonical: canonical.placement,
    impact: ({ to }) =>
      to === undefined ? SAFE : safe("the servers it names take the stream over, in the background"),
  },
  mirror: {
    requiredAtCreate: true,
    unsupported: (value, server) => unsupportedSource([value], server),
    canonical: canonical.source,
    impact: ({ to, server }) => {
      if (to !== undefined) return immutable("the server does not change what a stream mirrors");
      return isAtLeast(server, "2.12.0")
        ? oneWay("it ends the mirroring for good: the server does not make a stream a mirror again")
        : immutable("servers before 2.12 do not end a stream's mirroring");
    },
  },
  sources: notOnMirrors({
    requiredAtCreate: true,
    unsupported: unsupportedSource,
    canonical: canonical.sources,
    impact: otherSources,
  }),
  compression: {
    since: "2.10.0",
    canonical: (value) => value ?? "none",
    impact: always(safe("it applies to what is stored from now on")),
  },
  first_seq: {
    since: "2.10.0",
    requiredAtCreate: true,
    unsupported: (_value, server) =>
      losesFirstSeq(server)
        ? "this server purges a stream that has it at every restart: it needs 2.10.28 or 2.11.2"
        : undefined,
    canonical: (value) => (value === undefined || value <= 1 ? 0 : value),
    // Measured from 2.10.27 to 2.15.1: the server accepts the update and changes nothing. Its next restart purges a
    // stream whose first message is before the new value. A lower value never has an effect.
    impact: ({ from, to }) =>
      (to as Int64) > (from as Int64)
        ? immutable("on an existing stream the server accepts it and purges the stream at its next restart")
        : immutable("the server accepts it, and an existing stream's sequences stay as they are"),
  },
  subject_transform: {
    since: "2.10.0",
    requiredAtCreate: true,
    canonical: (value) => value && canonical.transform(value),
    impact: otherTransform,
  },
  republish: {
    canonical: canonicalRepublish,
    unsupported: (value, server) =>
      isFromAllToAll(value) && !isAtLeast(server, "2.11.0")
        ? 'a republish from ">" to ">", by the stream\'s own transform, needs server 2.11'
        : undefined,
    impact: (change) =>
      isAtLeast(change.server, "2.10.0")
        ? (republishRefusal(change) ?? otherRepublish(change))
        : immutable("servers before 2.10 do not change republishing"),
  },
  allow_direct: { ...flag(), impact: readersLose(false, "direct gets are no longer answered") },
  mirror_direct: {
    // The server sets this field of a mirror in the same account to the origin's allow_direct, whatever a request asks
    // for (ADR-31).
    canonical: (value, config) => (isLocalMirror(config) ? "as its origin" : (value ?? false)),
    // A declared false beside a live true is not reported: clients that send every field send false without meaning it.
    overruled: (live, declared, config) =>
      isLocalMirror(config) && declared && !live
        ? "the server sets it to the origin's allowDirect, when it creates or updates the mirror: declare allowDirect: true on the origin"
        : undefined,
    // Measured up to 2.9.15: on an external mirror the field stays off, whatever a create or an update asks for. 2.9.16
    // accepts it.
    impact: (change) =>
      change.to === true && change.live.mirror && !isAtLeast(change.server, "2.9.16")
        ? { impact: "unsupported", reason: "servers before 2.9.16 keep it off where they do not see the origin" }
        : change.live.mirror
          ? readersLose(false, "direct gets are no longer answered by this mirror")(change)
          : SAFE,
  },
  sealed: {
    ...oneWayFlag("the stream would take no message and lose none, for good", "the server does not unseal a stream"),
    // The server refuses to create a sealed stream with 10052 "stream configuration for create can not be sealed".
    updateOnly: oneWay("the server creates no sealed stream: the next run seals it, where the topology allows that"),
  },
  deny_delete: fixedBySealing(
    oneWayFlag("deleting single messages would be impossible for good", "the server does not allow deletes again"),
  ),
  deny_purge: fixedBySealing(
    oneWayFlag("purging would be impossible for good", "the server does not allow purges again"),
  ),
  allow_rollup_hdrs: fixedBySealing({
    ...flag(),
    impact: (change) =>
      change.to === true && change.target.deny_purge
        ? immutable("a roll-up purges, and this stream denies purges for good")
        : publishersLose(false, "messages that roll up others are refused")(change),
  }),
  consumer_limits: { since: "2.10.0", canonical: canonical.consumerLimits, impact: always(SAFE) },
  metadata: {
    since: "2.10.0",
    canonical: canonical.metadata,
    merge: (live, declared) => ({ ...live, ...declared }),
    impact: always(SAFE),
  },
  allow_msg_ttl: {
    ...oneWayFlag("messages could have their own TTL, for good", "the server does not forbid message TTLs again"),
    since: "2.11.0",
    impact: ({ to, server }) => {
      if (to !== true) return immutable("the server does not forbid message TTLs again");
      return isAtLeast(server, "2.11.2")
        ? oneWay("message TTLs cannot be forbidden again")
        : immutable("servers before 2.11.2 do not allow message TTLs on an existing stream");
    },
  },
  subject_delete_marker_ttl: notOnMirrors({
    since: "2.11.0",
    canonical: (value) => value ?? 0,
    impact: ({ to, target, stored }) => {
      if (to !== 0 && target.deny_purge) return immutable("a marker purges, and this stream denies purges for good");
      if (to !== 0) return SAFE;
      const isWatched = !stored || stored.state.consumer_count > 0;
      const what = "messages that expire leave no marker, so consumers do not see that they are gone";
      return stops(what, isWatched ? streamUsage(stored) : undefined);
    },
  }),
  allow_msg_counter: {
    ...flag({ since: "2.12.0" }),
    requiredAtCreate: true,
    impact: always(immutable("the server does not turn message counters on or off on an existing stream")),
  },
  allow_atomic: notOnMirrors({
    ...flag({ since: "2.12.0" }),
    impact: (change) =>
      change.to === true && change.target.persist_mode === "async"
        ? immutable("the server has no atomic batches where a stream persists asynchronously")
        : publishersLose(false, "atomic batches are refused")(change),
  }),
  allow_msg_schedules: notOnMirrors({
    ...oneWayFlag("message schedules cannot be forbidden again", "the server does not forbid message schedules again"),
    since: "2.12.0",
  }),
  persist_mode: {
    since: "2.12.0",
    requiredAtCreate: true,
    canonical: (value) => value || "default",
    impact: always(immutable("the server does not change how an existing stream persists")),
  },
  allow_batched: notOnMirrors({
    ...flag({ since: "2.14.0" }),
    impact: publishersLose(false, "batches are refused"),
  }),
};

const isLocalMirror = (config: StreamConfig): boolean => mirrorOrigin(config) !== undefined;

/**
 * Whether a restart purges a stream that has a first sequence. Measured: 2.10.27, 2.11.0 and 2.11.1 come back from a
 * plain restart without any message. 2.10.28 and 2.11.2 keep the messages.
 */
function losesFirstSeq(server: ServerFacts): boolean {
  if (isAtLeast(server, "2.11.0")) return !isAtLeast(server, "2.11.2");
  return !isAtLeast(server, "2.10.28");
}

/**
 * Judges a change to interest retention. The server discards at once what every consumer has acknowledged. If there is
 * no consumer, 2.15 discards every message at once. Measured from 2.10.27 to 2.14.6, the server then discards nothing,
 * also not at a restart. Messages that no consumer's filter covers stayed on all of these servers.
 */
function toInterest({ stored, server }: Change<StreamConfig>): Verdict {
  const what = "interest retention discards what no consumer has still to see";
  if (!stored) return lossy(what, { forecast: { messages: 0, bytes: 0, certainty: "unknown" } });
  const estimate = withoutInterest(stored);
  const { forecast } = estimate;
  if (forecast.messages === 0 || isAtLeast(server, "2.15.0")) return lossy(what, estimate);
  return lossy(what, { ...estimate, forecast: { ...forecast, certainty: "at most" } });
}

function unsupportedSource(value: StreamSource | StreamSource[], server: ServerFacts): string | undefined {
  const sources = Array.isArray(value) ? value : [value];
  if (sources.some((source) => source.subject_transforms?.length) && !isAtLeast(server, "2.10.0")) {
    return "subject transforms of a source need server 2.10";
  }
  if (sources.some((source) => source.consumer) && !isAtLeast(server, "2.14.0")) {
    return "a source's own consumer needs server 2.14";
  }
  return undefined;
}

/**
 * A field that gives a stream messages of its own. The server refuses such a field on a mirror (10034 and the like).
 */
function notOnMirrors<Value>(row: Field<StreamConfig, Value>): Field<StreamConfig, Value> {
  const isSet = (to: unknown) => (Array.isArray(to) ? to.length > 0 : Boolean(to));
  return {
    ...row,
    impact: (change) =>
      change.target.mirror && isSet(change.to)
        ? immutable("the stream is a mirror, which the server allows no messages but its origin's")
        : row.impact(change),
  };
}

/** A field that sealing sets for good, whatever an update asks for. */
function fixedBySealing<Value>(row: Field<StreamConfig, Value>): Field<StreamConfig, Value> {
  return {
    ...row,
    overruled(live, declared, config, server) {
      const isSame = canonical.same(row.canonical(live, config, server), row.canonical(declared, config, server));
      return config.sealed && !isSame ? "the stream is sealed, which sets this field for good" : undefined;
    },
  };
}

/** A flag that can be set and cleared. Neither harms what is stored. */
function flag(row: { since?: string } = {}): Field<StreamConfig, boolean> {
  return { ...row, canonical: (value) => value ?? false, impact: always(SAFE) };
}

/** A flag that cannot be cleared once it is set. */
function oneWayFlag(on: string, off: string): Field<StreamConfig, boolean> {
  return { canonical: (value) => value ?? false, impact: ({ to }) => (to === true ? oneWay(on) : immutable(off)) };
}
