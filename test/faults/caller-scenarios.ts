import { shop } from "./goods.ts";
import { type Scenario, WRITE } from "./scenario.ts";

/** At the caller: the function's time. */
export const FUNCTION: Scenario[] = [
  {
    name: "the deadline is 1 s away",
    fault: () => undefined,
    withinMs: 1000,
    expected: { outcome: "failed", classes: ["network"], says: /before the run's time was up/ },
  },
  {
    name: "the deadline comes while it is read, on a slow link",
    fault: ({ proxy }) => proxy.latency(450),
    withinMs: 3200,
    expected: { outcome: "failed", classes: ["unavailable"], says: /time (is|was) up|No answer/ },
  },
  {
    name: "the deadline comes in mid-run, on a slow link",
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.latency(500), 2),
    withinMs: 2500,
    expected: {
      outcome: "failed",
      // A subject that was let go of cannot be given back in the time that is left, which is one round trip.
      classes: ["unavailable", "network"],
      says: /not reached before the run's time was up: run again|NO STREAM MAY STORE parcels\.> NOW/,
    },
  },
];

/** At the caller: the command line's process. */
export const COMMAND_LINE: Scenario[] = [
  {
    name: "nothing (the command line, for comparison)",
    fault: () => undefined,
    withinMs: 20_000,
    expected: { outcome: "converged" },
  },
  {
    name: "killed in mid-run (SIGKILL)",
    fault: (stage) => stage.proxy.when(WRITE, () => stage.interrupt?.("SIGKILL"), 3),
    withinMs: 20_000,
    expected: { outcome: "killed" },
  },
  {
    name: "terminated in mid-run (SIGTERM)",
    fault: (stage) => stage.proxy.when(WRITE, () => stage.interrupt?.("SIGTERM"), 3),
    withinMs: 20_000,
    expected: { outcome: "interrupted", says: /^Interrupted\. What was applied stays applied.*plan shows it\.$/ },
  },
  {
    name: "Ctrl-C in mid-run (SIGINT)",
    fault: (stage) => stage.proxy.when(WRITE, () => stage.interrupt?.("SIGINT"), 5),
    withinMs: 20_000,
    expected: { outcome: "interrupted", says: /^Interrupted\. What was applied stays applied.*plan shows it\.$/ },
  },
  {
    name: "silent in mid-run, and no deadline",
    fault: ({ proxy }) => proxy.when(WRITE, () => proxy.blackhole(), 3),
    // Twice its 2 s for an answer, and the process around it.
    withinMs: 15_000,
    expected: {
      outcome: "failed",
      classes: ["unavailable", "network"],
      says: /NO STREAM MAY STORE parcels\.> NOW.*or stopped answering/,
    },
  },
];

/** Beside the shop: some of it is the same, some otherwise, some its own. */
export const rival = {
  ...shop,
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxBytes: "32MiB", description: "of the rival" },
    { name: "RETURNS", subjects: ["returns.>"], maxBytes: "4MiB", maxAge: "60d" },
    { name: "AUDIT", subjects: ["audit.>"] },
    { name: "LEGACY", subjects: ["legacy.>", "parcels.>"] },
    { name: "RIVALS", subjects: ["rivals.>"] },
  ],
  kvBuckets: [
    { name: "settings", history: 5 },
    { name: "jobs", history: 10 },
  ],
};
