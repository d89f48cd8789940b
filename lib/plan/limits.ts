import { isAtLeast } from "../jetstream/server.ts";
import type { Int64, StreamConfig } from "../jetstream/types.ts";
import type { Forecast } from "../report/result.ts";
import { type Change, lossy, NOTHING_LOST, SAFE, type Stored, type Verdict } from "./field.ts";

/** Limits are -1 (none) or positive on the wire; 0 and anything below -1 mean none too. */
export const limitOf = (value: Int64 | undefined): Int64 => (value === undefined || value <= 0 ? -1 : value);

const isLower = (to: Int64, from: Int64) => to !== -1 && (from === -1 || to < from);

type Stream = Change<StreamConfig>;

/**
 * `max_msgs`, `max_bytes`: lowered, they evict at once where the config that results discards old messages; 2.9
 * evicts whatever the policy. (nats-server filestore.go, UpdateConfig)
 */
export function storeLimit(what: string, forecast: (stored: Stored, limit: Int64) => Forecast) {
  return (change: Stream): Verdict => {
    const [from, to] = [change.from as Int64, change.to as Int64];
    if (!isLower(to, from)) return SAFE;
    if (change.target.discard === "new" && isAtLeast(change.server, "2.10.0")) return SAFE;
    return lossy(`lowering ${what} discards the oldest messages beyond it`, forecastOr(change, forecast, to));
  };
}

/** `max_msgs_per_subject`: evicts whatever the discard policy, at once or at the server's next restart. */
export function perSubjectLimit(change: Stream): Verdict {
  const [from, to] = [change.from as Int64, change.to as Int64];
  if (!isLower(to, from)) return SAFE;
  return lossy("lowering it discards each subject's oldest messages beyond it", forecastOr(change, overSubjects, to));
}

/** `max_age`: 0 is for ever. Older messages go when the server's timer fires, or at its next restart. */
export function ageLimit(change: Stream): Verdict {
  const [from, to] = [change.from as Int64, change.to as Int64];
  if (to === 0 || (from !== 0 && to >= from)) return SAFE;
  return lossy("lowering it discards the messages that are older", forecastOr(change, olderThan, to));
}

/** `discard`: new to old evicts where the stream is over a limit that so far only refused new messages. */
export function discardPolicy(change: Stream): Verdict {
  if (change.to !== "old") return SAFE;
  const forecast = (stored: Stored) => {
    const byCount = overCount(stored, limitOf(change.target.max_msgs));
    const byBytes = overBytes(stored, limitOf(change.target.max_bytes));
    return byCount.messages > byBytes.messages ? byCount : byBytes;
  };
  const verdict = lossy("it discards the oldest messages beyond the stream's limits", forecastOr(change, forecast, 0));
  return verdict.forecast?.certainty === "exact" && verdict.forecast.messages === 0 ? SAFE : verdict;
}

/** Whether {@link perSubjectLimit} needs the counts per subject, which cost a read, to tell what would go. */
export function needsSubjectCounts(limit: Int64, { state }: Stored): boolean {
  return limit > 0 && state.messages > limit && state.messages !== state.num_subjects;
}

export function overCount({ state }: Stored, limit: Int64): Forecast {
  const excess = limit === -1 ? 0 : Math.max(0, state.messages - Number(limit));
  return excess === 0 ? NOTHING_LOST : { messages: excess, bytes: share(state, excess), certainty: "exact" };
}

export function overBytes({ state }: Stored, limit: Int64): Forecast {
  const excess = limit === -1 ? 0 : Math.max(0, state.bytes - Number(limit));
  // Which messages make up the bytes is not known: one could be all of them.
  return excess === 0 ? NOTHING_LOST : { messages: state.messages, bytes: state.bytes, certainty: "at most" };
}

function overSubjects(stored: Stored, limit: Int64): Forecast {
  const { state, perSubject } = stored;
  if (!needsSubjectCounts(limit, stored)) return NOTHING_LOST;
  if (!perSubject) return { messages: state.messages, bytes: state.bytes, certainty: "unknown" };
  const excess = perSubject.reduce((sum, count) => sum + Math.max(0, count - Number(limit)), 0);
  return { messages: excess, bytes: share(state, excess), certainty: "exact" };
}

function olderThan({ state, now }: Stored, maxAge: Int64): Forecast {
  const cutoff = now - Number(maxAge) / 1e6;
  if (state.messages === 0 || Date.parse(state.first_ts) > cutoff) return NOTHING_LOST;
  const all = { messages: state.messages, bytes: state.bytes };
  return { ...all, certainty: Date.parse(state.last_ts) < cutoff ? "exact" : "at most" };
}

function forecastOr(change: Stream, forecast: (stored: Stored, limit: Int64) => Forecast, limit: Int64): Forecast {
  return change.stored ? forecast(change.stored, limit) : { messages: 0, bytes: 0, certainty: "unknown" };
}

/** Bytes of so many messages, at the stream's average; all of them when all go. */
function share(state: Stored["state"], messages: number): number {
  return state.messages === 0 ? 0 : Math.round((state.bytes / state.messages) * messages);
}
