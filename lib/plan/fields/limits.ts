import { isAtLeast } from "../../jetstream/server.ts";
import type { Int64, StreamConfig } from "../../jetstream/types.ts";
import { becomesFull, subjectsBecomeFull } from "../disruption/stream-disruption.ts";
import type { Stored } from "../stored.ts";
import { type Change, lossy, SAFE, type Verdict } from "./field.ts";
import { type Estimate, olderThan, overBytes, overCount, overSubjects } from "./forecast.ts";

/** Normalizes a limit. On the wire it is -1 (no limit) or positive; 0 and anything below -1 mean no limit too. */
export const normalizedLimit = (value: Int64 | undefined): Int64 => (value === undefined || value <= 0 ? -1 : value);

const isLower = (to: Int64, from: Int64) => to !== -1 && (from === -1 || to < from);

type Stream = Change<StreamConfig>;
type Estimator = (stored: Stored, limit: Int64) => Estimate;

/**
 * `max_msgs`, `max_bytes`: a lower limit evicts messages at once if the resulting config discards old messages. Servers
 * before 2.10.6 evict under either discard policy. Measured: 2.9.25, 2.10.0, 2.10.3 and 2.10.5 evict under `new`;
 * 2.10.6, 2.10.7 and newer do not, also not at a restart. (nats-server filestore.go, UpdateConfig)
 */
export function storeLimit(by: "max_msgs" | "max_bytes", estimate: Estimator) {
  return (change: Stream): Verdict => {
    const [from, to] = [change.from as Int64, change.to as Int64];
    if (!isLower(to, from)) return SAFE;
    const full = becomesFull(by, change);
    if (change.target.discard === "new" && isAtLeast(change.server, "2.10.6")) return full ?? SAFE;
    const forecast = estimated(change, estimate, to);
    return full && losesNothing(forecast)
      ? full
      : lossy("lowering it discards the oldest messages beyond it", forecast);
  };
}

/**
 * `max_msgs_per_subject`: a lower limit evicts messages under either discard policy. If there was a higher limit
 * before, the server evicts at once. If there was none, 2.14.6 and 2.15.1 evict at once too. Measured on 2.9.10,
 * 2.10.27, 2.11.11 and 2.12.8, the server then evicts only at its next restart, and in memory at a subject's next
 * message.
 */
export function perSubjectLimit(change: Stream): Verdict {
  const [from, to] = [change.from as Int64, change.to as Int64];
  if (!isLower(to, from)) return SAFE;
  const forecast = estimated(change, overSubjects, to);
  const full = losesNothing(forecast) ? subjectsBecomeFull(change, from) : undefined;
  return full ?? lossy("lowering it discards each subject's oldest messages beyond it", forecast);
}

/** `max_age`: 0 means no limit. The server discards older messages when its timer fires, or at its next restart. */
export function ageLimit(change: Stream): Verdict {
  const [from, to] = [change.from as Int64, change.to as Int64];
  if (to === 0 || (from !== 0 && to >= from)) return SAFE;
  return lossy("lowering it discards the messages that are older", estimated(change, olderThan, to));
}

/**
 * `discard`: a change from new to old evicts messages if the stream is over a limit that so far only refused new
 * messages. A change from old to new makes a full stream refuse messages.
 */
export function discardPolicy(change: Stream): Verdict {
  if (change.to !== "old") return becomesFull("discard", change) ?? subjectsBecomeFull(change) ?? SAFE;
  const estimates = [
    estimated(change, overCount, normalizedLimit(change.target.max_msgs)),
    estimated(change, overBytes, normalizedLimit(change.target.max_bytes)),
  ];
  const [most] = estimates.sort((a, b) => b.forecast.messages - a.forecast.messages);
  if (most === undefined || (most.forecast.certainty === "exact" && most.forecast.messages === 0)) return SAFE;
  return lossy("it discards the oldest messages beyond the stream's limits", most);
}

const losesNothing = ({ forecast }: Estimate) => forecast.certainty === "exact" && forecast.messages === 0;

function estimated({ stored }: Stream, estimate: Estimator, limit: Int64): Estimate {
  return stored ? estimate(stored, limit) : { forecast: { messages: 0, bytes: 0, certainty: "unknown" } };
}
