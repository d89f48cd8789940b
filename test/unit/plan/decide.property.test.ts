import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";
import { decide } from "../../../lib/plan/decide.ts";
import { same } from "../../../lib/plan/fields/canonical.ts";
import { canonicalConfig, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import { CAUTIOUS, NEWEST, OLD, question } from "./question.ts";

const HOUR = 3_600_000_000_000;
const limit = fc.constantFrom(-1, 0, 1, 10, 1000);
const config: fc.Arbitrary<Partial<StreamConfig>> = fc.record(
  {
    description: fc.constantFrom("", "a", "b"),
    subjects: fc.subarray(["a", "b", "c.>"], { minLength: 1 }),
    retention: fc.constantFrom("limits", "interest", "workqueue"),
    max_consumers: limit,
    max_msgs: limit,
    max_bytes: limit,
    max_age: fc.constantFrom(0, HOUR / 60, HOUR, 24 * HOUR),
    max_msgs_per_subject: limit,
    max_msg_size: limit,
    discard: fc.constantFrom("old", "new"),
    storage: fc.constantFrom("file", "memory"),
    num_replicas: fc.constantFrom(1, 3),
    no_ack: fc.boolean(),
    duplicate_window: fc.constantFrom(0, HOUR / 120),
    compression: fc.constantFrom("none", "s2"),
    first_seq: fc.constantFrom(0, 1, 50),
    republish: fc.constantFrom({ src: ">", dest: "x.>" }, { dest: "y.>" }),
    allow_direct: fc.boolean(),
    sealed: fc.boolean(),
    deny_delete: fc.boolean(),
    deny_purge: fc.boolean(),
    allow_rollup_hdrs: fc.boolean(),
    consumer_limits: fc.constantFrom({}, { max_ack_pending: 5 }),
    metadata: fc.dictionary(fc.constantFrom("a", "b", "_nats.ver"), fc.constantFrom("1", "2")),
    allow_msg_ttl: fc.boolean(),
    subject_delete_marker_ttl: fc.constantFrom(0, HOUR),
    allow_msg_counter: fc.boolean(),
    allow_atomic: fc.boolean(),
    allow_msg_schedules: fc.boolean(),
    persist_mode: fc.constantFrom("", "default", "async"),
    allow_batched: fc.boolean(),
  },
  { requiredKeys: [] },
);
/**
 * Delete markers and schedules need roll-ups, those need purges, and sealing sets five fields: what says otherwise is
 * refused before it comes here.
 */
const declarable = config.filter((config) => {
  const againstSealing = [config.max_age, config.discard === "old", config.allow_rollup_hdrs].some(Boolean);
  if (config.sealed && (againstSealing || config.deny_delete === false || config.deny_purge === false)) return false;
  const rollUps = config.subject_delete_marker_ttl || config.allow_msg_schedules;
  if (config.deny_purge && (rollUps || config.allow_rollup_hdrs)) return false;
  if (config.allow_rollup_hdrs === false && config.allow_msg_schedules) return false;
  return !(config.allow_msg_ttl === false && config.subject_delete_marker_ttl);
});
/** The server shows roll-ups on beside delete markers, also where the topology says false. */
const possible = declarable.filter(
  (config) => !(config.allow_rollup_hdrs === false && config.subject_delete_marker_ttl),
);
const policy = fc.record({
  manage: fc.constantFrom("ensure" as const, "observe" as const),
  exact: fc.boolean(),
  allowLoss: fc.constantFrom<boolean | string[]>(false, true, ["maxMsgs"]),
  allowDisruption: fc.constantFrom<boolean | string[]>(false, true, ["subjects"]),
  allowOneWay: fc.constantFrom<boolean | string[]>(false, true, ["denyDelete"]),
});
const state = fc.record({ messages: fc.constantFrom(0, 5, 500), bytes: fc.constantFrom(0, 50, 5000) });
const anyQuestion = fc
  .tuple(possible, declarable, policy, fc.constantFrom(NEWEST, OLD), state)
  .map(([live, enforced, policy, server, state]) => question(live, enforced, { policy, server, state }));

const RUNS = { numRuns: 5000 };
// Thousands of runs take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

it("what an update leaves differs from the declaration in nothing but what was held", () => {
  fc.assert(
    fc.property(anyQuestion, (asked) => {
      const first = decide(STREAM_TABLE, asked);
      const second = decide(STREAM_TABLE, { ...asked, live: first.update ?? asked.live });

      const held = first.differences.filter((difference) => difference.held).map(({ field }) => field);
      expect(second.update).toBeUndefined();
      expect(second.differences.map(({ field }) => field)).toEqual(held);
    }),
    RUNS,
  );
});

it("a held field keeps its live value in the update, and an applied one gets the value it was said to get", () => {
  fc.assert(
    fc.property(anyQuestion, (asked) => {
      const { differences, update } = decide(STREAM_TABLE, asked);
      if (!update) return;
      const left = canonicalConfig(STREAM_TABLE, update, asked.server);
      for (const { field, held, live, declared } of differences) {
        expect([field, left[field]]).toEqual([field, held ? live : declared]);
      }
    }),
    RUNS,
  );
});

it("without leave nothing but safe changes is sent, and lossy ones that would discard nothing", () => {
  fc.assert(
    fc.property(anyQuestion, (asked) => {
      const { differences } = decide(STREAM_TABLE, { ...asked, policy: CAUTIOUS });
      for (const { held, verdict } of differences) {
        const harmless = verdict.impact === "safe" || (verdict.impact === "lossy" && verdict.forecast?.messages === 0);
        expect(held || harmless).toBe(true);
      }
    }),
    RUNS,
  );
});

it("a config declared as it is live differs in nothing, and lists nothing as undeclared", () => {
  fc.assert(
    fc.property(possible, fc.constantFrom(NEWEST, OLD), (live, server) => {
      const decision = decide(STREAM_TABLE, question(live, live, { server }));
      // On an old server a field that it does not know cannot have come from it.
      const known = decision.differences.filter(({ verdict }) => verdict.impact !== "unsupported");
      expect(known).toEqual([]);
      expect(decision.undeclared).toEqual([]);
    }),
    RUNS,
  );
});

it("exact leaves the defaults and what is declared, but for what is held", () => {
  fc.assert(
    fc.property(anyQuestion, (asked) => {
      // What is held may hold other fields with it.
      const { sealed, allow_msg_schedules, subject_delete_marker_ttl } = asked.live;
      fc.pre(!sealed && !allow_msg_schedules && !subject_delete_marker_ttl);
      const exact = { ...asked, policy: { ...asked.policy, manage: "ensure" as const, exact: true } };
      const { differences, update } = decide(STREAM_TABLE, exact);
      const after = canonicalConfig(STREAM_TABLE, update ?? asked.live, asked.server);
      const held = new Set(differences.filter((difference) => difference.held).map(({ field }) => field));
      const allowed = Object.entries(asked.enforced).filter(([field]) => !held.has(field));
      const wanted = canonicalConfig(STREAM_TABLE, { name: "S", ...Object.fromEntries(allowed) }, asked.server);
      // A window that is left open goes with the age, and the age may be held.
      const open = asked.enforced.duplicate_window ? [] : ["duplicate_window"];
      const other = Object.keys(after).filter((field) => !same(after[field], wanted[field]));
      expect(other.filter((field) => !held.has(field) && !open.includes(field))).toEqual([]);
    }),
    RUNS,
  );
});
