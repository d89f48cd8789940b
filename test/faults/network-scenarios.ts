import { setTimeout as sleep } from "node:timers/promises";
import { READ, type Scenario, UNTIL_ITS_TIME_IS_UP_MS, WRITE } from "./scenario.ts";

/** Between the client and the broker. */
export const NETWORK: Scenario[] = [
  {
    name: "150 ms of round trip",
    fault: ({ proxy }) => proxy.latency(150),
    withinMs: 15_000,
    expected: { outcome: "converged" },
  },
  {
    name: "up to 60 ms of jitter each way",
    fault: ({ proxy }) => proxy.latency(10, 60),
    withinMs: 15_000,
    expected: { outcome: "converged" },
  },
  {
    name: "20 kB a second",
    fault: ({ proxy }) => proxy.bandwidth(20_000),
    withinMs: 20_000,
    expected: { outcome: "converged" },
  },
  {
    name: "nobody listens",
    fault: ({ proxy }) => proxy.close(),
    expected: { outcome: "failed", classes: ["network"], says: /connection refused, so nothing listens there/ },
  },
  {
    name: "reset as soon as it is accepted",
    fault: ({ proxy }) => proxy.refuse("reset"),
    expected: { outcome: "failed", classes: ["network"], says: /closed before the broker said hello/ },
  },
  {
    name: "closed as soon as it is accepted",
    fault: ({ proxy }) => proxy.refuse("end"),
    expected: { outcome: "failed", classes: ["network"], says: /closed before the broker said hello/ },
  },
  {
    name: "cut in the middle of the greeting",
    fault: ({ proxy }) => proxy.cutAfter(60),
    expected: { outcome: "failed", classes: ["network"], says: /closed before the broker said hello/ },
  },
  {
    name: "closed in the middle of the greeting",
    fault: ({ proxy }) => proxy.cutAfter(60, "end"),
    expected: { outcome: "failed", classes: ["network"], says: /closed before the broker said hello/ },
  },
  {
    name: "cut in the middle of a read's answer",
    fault: ({ proxy }) => proxy.when(READ, () => proxy.cutAfter(300)),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke before \S+ was answered/ },
  },
  {
    name: "cut in the middle of a write's answer",
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.cutAfter(100), 3),
    expected: {
      outcome: "failed",
      classes: ["network"],
      says: /kv\/jobs may have been created or not\. The connection broke/,
    },
  },
  {
    name: "reset between two writes",
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.reset(), 5),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "half-closed by the broker's side in mid-run",
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.halfClose(), 4),
    expected: { outcome: "failed", classes: ["network"], says: /connection broke|had broken the connection/ },
  },
  {
    name: "accepts, and says nothing",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy }) => proxy.blackhole(),
    expected: { outcome: "failed", classes: ["network"], says: /before the run's time was up/ },
  },
  {
    name: "accepts and says nothing, with time to spare",
    fault: ({ proxy }) => proxy.blackhole(),
    withinMs: 8000,
    expected: { outcome: "failed", classes: ["network"], says: /no answer within 5000 ms, though something listens/ },
  },
  {
    name: "silent from the first read on",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy }) => proxy.when(READ, () => proxy.blackhole()),
    expected: { outcome: "failed", classes: ["unavailable"], says: /No answer/ },
  },
  {
    name: "silent from the third write on",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.blackhole(), 3),
    expected: {
      outcome: "failed",
      classes: ["unavailable"],
      says: /kv\/jobs may have been created or not\. No answer/,
    },
  },
  {
    name: "silent for 700 ms in mid-run",
    fault: ({ proxy }) => {
      const heal = () => sleep(700).then(() => proxy.heal());
      proxy.when(WRITE, () => [proxy.blackhole(), void heal()], 3);
    },
    withinMs: 6000,
    expected: { outcome: "converged" },
  },
  {
    name: "half-open: the broker's end is gone, and nobody says so",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.halfOpen(), 3),
    expected: { outcome: "failed", classes: ["unavailable"], says: /may have been created or not\. No answer/ },
  },
  {
    name: "answers are lost from the third write on, which is done",
    withinMs: UNTIL_ITS_TIME_IS_UP_MS,
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.mute(), 3),
    expected: {
      outcome: "failed",
      classes: ["unavailable"],
      says: /kv\/jobs may have been created or not\. No answer/,
    },
  },
  {
    name: "a write's answer comes later than its 5 s",
    fault: ({ proxy }) => {
      const heal = () => sleep(5300).then(() => proxy.heal());
      proxy.when(WRITE, () => [proxy.mute(), void heal()], 3);
    },
    withinMs: 10_000,
    expected: { outcome: "converged" },
  },
];
