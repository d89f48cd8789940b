import { expect, it } from "vitest";
import type { StreamConfig, StreamState } from "../../../lib/jetstream/types.ts";
import { streamUsage } from "../../../lib/plan/disruption/usage.ts";
import { EMPTY, NOW } from "./question.ts";

const MINUTE_AGO = { last_ts: "2025-12-31T23:59:00Z" };
const usage = (retention: StreamConfig["retention"], state: Partial<StreamState>) =>
  streamUsage({ retention, state: { ...EMPTY, ...state }, smallestRecord: 31, now: NOW });

it.each<[string, StreamConfig["retention"], Partial<StreamState>, string | undefined]>([
  [
    "by what it holds",
    "limits",
    { messages: 2, last_seq: 9, ...MINUTE_AGO },
    "it holds 2 messages, the last one 1 minute ago",
  ],
  ["not, where it keeps messages and holds none", "limits", { last_seq: 9, ...MINUTE_AGO }, undefined],
  ["not, where it never had one", "workqueue", {}, undefined],
  [
    "by what it had, where messages go as they are consumed",
    "workqueue",
    { last_seq: 9, ...MINUTE_AGO },
    "its messages go as they are consumed, the last one came 1 minute ago",
  ],
])("a stream is in use: %s", (_, retention, state, expected) => {
  expect(usage(retention, state)).toBe(expected);
});
