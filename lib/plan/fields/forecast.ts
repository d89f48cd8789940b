import type { Int64, StreamState } from "../../jetstream/types.ts";
import type { Evidence } from "../../observe/evidence.ts";
import type { Forecast } from "../../report/result.ts";
import type { Stored } from "../stored.ts";

/** Forecasts of what a lossy change would discard, as exact as the evidence allows. A limit of -1 means no limit. */

/** A forecast, and the evidence that would make it exact. */
export interface Estimate {
  forecast: Forecast;
  needs?: Evidence;
}

export const NOTHING_LOST: Forecast = { messages: 0, bytes: 0, certainty: "exact" };

export function overCount({ state }: Stored, limit: Int64): Estimate {
  return exactly(state, limit === -1 ? 0 : Math.max(0, state.messages - Number(limit)));
}

/**
 * The server discards whole messages until the rest fits. Their number depends on their sizes, which no request tells.
 * It is never more than it would be with messages of the smallest size.
 */
export function overBytes({ state, smallestRecord }: Stored, limit: Int64): Estimate {
  const excess = limit === -1 ? 0 : Math.max(0, state.bytes - Number(limit));
  if (excess === 0) return { forecast: NOTHING_LOST };
  const messages = Math.min(state.messages, Math.ceil(excess / smallestRecord));
  return { forecast: { messages, bytes: excess, certainty: messages === 1 ? "exact" : "at most" } };
}

export function overSubjects({ state, perSubject }: Stored, limit: Int64): Estimate {
  // Each subject has one message, or the whole stream has no more messages than a single subject may have.
  if (limit === -1 || state.messages <= limit || state.messages === state.num_subjects) {
    return { forecast: NOTHING_LOST };
  }
  if (!perSubject) return { forecast: atMost(state), needs: "subjects" };
  return exactly(
    state,
    perSubject.reduce((sum, count) => sum + Math.max(0, count - Number(limit)), 0),
  );
}

/**
 * `maxAge` is in nanoseconds. The cutoff uses the reader's clock, and is exact only if the server's clock agrees with
 * it.
 */
export function olderThan({ state, now, expired }: Stored, maxAge: Int64): Estimate {
  const cutoff = now - Number(maxAge) / 1e6;
  if (state.messages === 0 || Date.parse(state.first_ts) > cutoff) return { forecast: NOTHING_LOST };
  if (Date.parse(state.last_ts) < cutoff) return exactly(state, state.messages);
  if (!expired) return { forecast: atMost(state), needs: "age" };
  return expired.certainty === "exact"
    ? exactly(state, expired.messages)
    : { forecast: atMost(state, expired.messages) };
}

/** With interest retention a message stays until every consumer has acknowledged it. */
export function withoutInterest({ state, outstanding }: Stored): Estimate {
  if (state.messages === 0 || state.consumer_count === 0) return exactly(state, state.messages);
  if (!outstanding) return { forecast: atMost(state), needs: "consumers" };
  // The outstanding messages of one consumer stay. Other consumers may keep still more.
  return { forecast: atMost(state, Math.max(0, state.messages - Math.max(0, ...outstanding))) };
}

function exactly(state: StreamState, messages: number): Estimate {
  return messages === 0
    ? { forecast: NOTHING_LOST }
    : { forecast: { messages, bytes: share(state, messages), certainty: "exact" } };
}

export function atMost(state: StreamState, messages = state.messages): Forecast {
  return messages === 0 ? NOTHING_LOST : { messages, bytes: share(state, messages), certainty: "at most" };
}

/** The bytes of a number of messages: all bytes if all messages go, otherwise by the stream's average size. */
function share(state: StreamState, messages: number): number {
  return state.messages === 0 ? 0 : Math.round((state.bytes / state.messages) * messages);
}
