import type { Int64, StreamState } from "../../jetstream/types.ts";
import type { Evidence } from "../../observe/evidence.ts";
import type { Forecast } from "../../report/result.ts";
import type { Stored } from "../stored.ts";

/** What a lossy change would discard, as exactly as what was read of the stream tells. Limits: -1 is none. */

/** A forecast, and what would make it exact. */
export interface Estimate {
  forecast: Forecast;
  needs?: Evidence;
}

export const NOTHING_LOST: Forecast = { messages: 0, bytes: 0, certainty: "exact" };

export function overCount({ state }: Stored, limit: Int64): Estimate {
  return exactly(state, limit === -1 ? 0 : Math.max(0, state.messages - Number(limit)));
}

/**
 * The server discards whole messages until what is left fits. How many those are depends on their sizes, which no
 * request tells; never more than there would be of the smallest.
 */
export function overBytes({ state, smallestRecord }: Stored, limit: Int64): Estimate {
  const excess = limit === -1 ? 0 : Math.max(0, state.bytes - Number(limit));
  if (excess === 0) return { forecast: NOTHING_LOST };
  const messages = Math.min(state.messages, Math.ceil(excess / smallestRecord));
  return { forecast: { messages, bytes: excess, certainty: messages === 1 ? "exact" : "at most" } };
}

export function overSubjects({ state, perSubject }: Stored, limit: Int64): Estimate {
  // One message a subject, or no more messages than each subject may have.
  if (limit === -1 || state.messages <= limit || state.messages === state.num_subjects) {
    return { forecast: NOTHING_LOST };
  }
  if (!perSubject) return { forecast: atMost(state), needs: "subjects" };
  return exactly(
    state,
    perSubject.reduce((sum, count) => sum + Math.max(0, count - Number(limit)), 0),
  );
}

/** Nanoseconds; the clock is the server's as far as the reader's agrees with it. */
export function olderThan({ state, now, expired }: Stored, maxAge: Int64): Estimate {
  const cutoff = now - Number(maxAge) / 1e6;
  if (state.messages === 0 || Date.parse(state.first_ts) > cutoff) return { forecast: NOTHING_LOST };
  if (Date.parse(state.last_ts) < cutoff) return exactly(state, state.messages);
  if (!expired) return { forecast: atMost(state), needs: "age" };
  return expired.certainty === "exact"
    ? exactly(state, expired.messages)
    : { forecast: atMost(state, expired.messages) };
}

/** With interest retention a message stays as long as some consumer has not acknowledged it. */
export function withoutInterest({ state, outstanding }: Stored): Estimate {
  if (state.messages === 0 || state.consumer_count === 0) return exactly(state, state.messages);
  if (!outstanding) return { forecast: atMost(state), needs: "consumers" };
  // Each consumer's outstanding messages stay; others may hold still more.
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

/** Bytes of so many messages: all where all go, else at the stream's average. */
function share(state: StreamState, messages: number): number {
  return state.messages === 0 ? 0 : Math.round((state.bytes / state.messages) * messages);
}
