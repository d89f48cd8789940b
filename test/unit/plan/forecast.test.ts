import { describe, expect, it } from "vitest";
import {
  type Estimate,
  olderThan,
  overBytes,
  overCount,
  overSubjects,
  withoutInterest,
} from "../../../lib/plan/fields/forecast.ts";
import type { Stored } from "../../../lib/plan/stored.ts";
import { EMPTY } from "./question.ts";

const NOW = Date.parse("2026-01-31T00:00:00Z");
const SECOND = 1_000_000_000;
const DAY = 86_400 * SECOND;

type More = Partial<Omit<Stored, "state">> & { state?: Partial<Stored["state"]> };

/** Ten messages of a hundred bytes, on five subjects, the first 30 days old, the last one day. */
function stored({ state, ...more }: More = {}): Stored {
  const ten = { messages: 10, bytes: 1000, first_seq: 1, last_seq: 10, num_subjects: 5, consumer_count: 1 };
  const times = { first_ts: "2026-01-01T00:00:00Z", last_ts: "2026-01-30T00:00:00Z" };
  return {
    state: { ...EMPTY, ...ten, ...times, ...state },
    retention: "limits",
    smallestRecord: 31,
    now: NOW,
    ...more,
  };
}

function told({ forecast: { certainty, messages, bytes }, needs }: Estimate): string {
  return `${certainty} ${messages} messages, ${bytes} bytes${needs ? `, needs ${needs}` : ""}`;
}

const NOTHING = "exact 0 messages, 0 bytes";

describe("a forecast", () => {
  it.each([
    ["over a count, by none", overCount(stored(), -1), NOTHING],
    ["over a count, by what is just allowed", overCount(stored(), 10), NOTHING],
    ["over a count, by one message", overCount(stored(), 9), "exact 1 messages, 100 bytes"],
    [
      "over a count, of one message by that one",
      overCount(stored({ state: { messages: 1 } }), 0),
      "exact 1 messages, 1000 bytes",
    ],
    [
      "over a count, rounded to a byte",
      overCount(stored({ state: { bytes: 1004 } }), 9),
      "exact 1 messages, 100 bytes",
    ],
    ["over bytes, by none", overBytes(stored(), -1), NOTHING],
    ["over bytes, by what is just allowed", overBytes(stored(), 1000), NOTHING],
    ["over bytes, by one", overBytes(stored(), 999), "exact 1 messages, 1 bytes"],
    ["over bytes, by the smallest message", overBytes(stored(), 969), "exact 1 messages, 31 bytes"],
    ["over bytes, by more than the smallest message", overBytes(stored(), 968), "at most 2 messages, 32 bytes"],
    ["over bytes, of a stream with fewer messages", overBytes(stored(), 1), "at most 10 messages, 999 bytes"],
    [
      "over bytes, of a stream with one message",
      overBytes(stored({ state: { messages: 1 } }), 1),
      "exact 1 messages, 999 bytes",
    ],
    ["over subjects, by none", overSubjects(stored(), -1), NOTHING],
    ["over subjects, as many allowed as there are in all", overSubjects(stored(), 10), NOTHING],
    ["over subjects, one message on each", overSubjects(stored({ state: { num_subjects: 10 } }), 1), NOTHING],
    ["over subjects, not counted", overSubjects(stored(), 9), "at most 10 messages, 1000 bytes, needs subjects"],
    ["over subjects, counted", overSubjects(stored({ perSubject: [4, 3, 1, 1, 1] }), 2), "exact 3 messages, 300 bytes"],
    ["over subjects, counted and just allowed", overSubjects(stored({ perSubject: [4, 3, 1, 1, 1] }), 4), NOTHING],
    ["older, of an empty stream", olderThan(stored({ state: { messages: 0 } }), DAY), NOTHING],
    ["older, the first is younger", olderThan(stored(), 31 * DAY), NOTHING],
    ["older, the first is just as old", olderThan(stored(), 30 * DAY), "at most 10 messages, 1000 bytes, needs age"],
    ["older, the last is just as old", olderThan(stored(), DAY), "at most 10 messages, 1000 bytes, needs age"],
    ["older, the last is older by a second", olderThan(stored(), DAY - SECOND), "exact 10 messages, 1000 bytes"],
    [
      "older, counted",
      olderThan(stored({ expired: { messages: 3, certainty: "exact" } }), 9 * DAY),
      "exact 3 messages, 300 bytes",
    ],
    ["older, counted as none", olderThan(stored({ expired: { messages: 0, certainty: "exact" } }), 9 * DAY), NOTHING],
    [
      "older, counted roughly",
      olderThan(stored({ expired: { messages: 3, certainty: "at most" } }), 9 * DAY),
      "at most 3 messages, 300 bytes",
    ],
    [
      "older, counted roughly as none",
      olderThan(stored({ expired: { messages: 0, certainty: "at most" } }), 9 * DAY),
      NOTHING,
    ],
    ["without interest, of an empty stream", withoutInterest(stored({ state: { messages: 0 } })), NOTHING],
    [
      "without interest, without a consumer",
      withoutInterest(stored({ state: { consumer_count: 0 } })),
      "exact 10 messages, 1000 bytes",
    ],
    ["without interest, not asked", withoutInterest(stored()), "at most 10 messages, 1000 bytes, needs consumers"],
    ["without interest, asked", withoutInterest(stored({ outstanding: [2, 7, 1] })), "at most 3 messages, 300 bytes"],
    ["without interest, all outstanding", withoutInterest(stored({ outstanding: [11] })), NOTHING],
    [
      "without interest, no consumer is left",
      withoutInterest(stored({ outstanding: [] })),
      "at most 10 messages, 1000 bytes",
    ],
  ])("%s", (_, estimate, expected) => {
    expect(told(estimate)).toBe(expected);
  });
});
