import { describe, expect, it } from "vitest";
import { createConfig, decide } from "../../../lib/plan/decide.ts";
import { CONSUMER_TABLE, STREAM_TABLE, type Table } from "../../../lib/plan/fields/tables.ts";
import { allowEverything } from "../../../lib/plan/plan.ts";
import type { Policy } from "../../../lib/topology/resolve/resolved.ts";
import { CAUTIOUS, decideStream, NEWEST, OLD, question, verdicts } from "./question.ts";

const SECOND = 1_000_000_000;
const MINUTE = 60 * SECOND;
const CLUSTER = { ...NEWEST, cluster: "c" };

describe("the same config in another spelling is no difference", () => {
  it.each([
    ["limits as 0, -1, below and absent", { max_msgs: -1, max_bytes: 0 }, { max_msgs: 0, max_bytes: -5 }],
    ["subjects in another order", { subjects: ["b", "a"] }, { subjects: ["a", "b"] }],
    ["false and absent", { allow_direct: false, sealed: false }, { no_ack: false, deny_purge: false }],
    ["the default duplicate window", { duplicate_window: 2 * MINUTE }, {}],
    ["a window as long as the age", { max_age: MINUTE, duplicate_window: MINUTE }, { max_age: MINUTE }],
    [
      "no compression, no limits of consumers, no placement",
      {},
      { compression: "none", consumer_limits: {}, placement: {} },
    ],
    [
      "the server's own metadata",
      { metadata: { a: "1", "_nats.ver": "2.15", "_nats.level": "5" } },
      { metadata: { a: "1" } },
    ],
    ["republishing from everything", { republish: { src: ">", dest: "x.>" } }, { republish: { dest: "x.>", src: "" } }],
    ["the first sequence as 1", {}, { first_seq: 1 }],
    ["the default way to persist", { persist_mode: "default" }, { persist_mode: "" }],
    [
      "sources in another order, an instant in another offset",
      {
        subjects: [],
        sources: [{ name: "A" }, { name: "B", opt_start_time: "2026-01-01T02:00:00+02:00" }],
        duplicate_window: 0,
      },
      { subjects: [], sources: [{ name: "B", opt_start_time: "2026-01-01T00:00:00Z" }, { name: "A" }] },
    ],
    [
      "direct reads of a mirror, which the server sets as its origin's",
      { subjects: [], mirror: { name: "A" }, mirror_direct: true },
      { subjects: [], mirror: { name: "A" }, mirror_direct: false },
    ],
    [
      "what delete markers bring along",
      { subject_delete_marker_ttl: SECOND, allow_msg_ttl: true, allow_rollup_hdrs: true },
      { subject_delete_marker_ttl: SECOND },
    ],
    [
      "roll-ups that delete markers turn on, declared as off",
      { subject_delete_marker_ttl: SECOND, allow_msg_ttl: true, allow_rollup_hdrs: true },
      { subject_delete_marker_ttl: SECOND, allow_rollup_hdrs: false },
    ],
    [
      "what sealing brings along",
      { sealed: true, discard: "new", deny_delete: true, deny_purge: true },
      { sealed: true, max_age: 0 },
    ],
  ] as const)("%s", (_title, live, enforced) => {
    const decision = decideStream(live as object, enforced as object);

    expect(decision.differences).toEqual([]);
    expect(decision.update).toBeUndefined();
  });
});

it.each([false, true])(
  "direct reads that a mirror's origin does not have are held and never sent, exact: %s",
  (exact) => {
    const mirror = { subjects: [], mirror: { name: "A" } };
    const policy = { ...CAUTIOUS, exact };

    const decision = decideStream({ ...mirror, mirror_direct: false }, { ...mirror, mirror_direct: true }, { policy });

    expect(decision.update).toBeUndefined();
    expect(decision.differences).toMatchObject([
      { field: "mirror_direct", live: false, declared: true, held: true, verdict: { impact: "unsupported" } },
    ]);
  },
);

describe("what a change means", () => {
  const BUSY = {
    messages: 100,
    bytes: 10_000,
    num_subjects: 10,
    first_ts: "2025-12-01T00:00:00Z",
    last_ts: "2025-12-31T00:00:00Z",
  };
  it.each([
    ["a cap raised", { max_bytes: 10 }, { max_bytes: 20 }, {}, ["max_bytes safe"]],
    ["a cap taken away", { max_bytes: 10 }, { max_bytes: -1 }, {}, ["max_bytes safe"]],
    ["a cap lowered under what is stored", {}, { max_bytes: 9_999 }, { state: BUSY }, ["max_bytes lossy, held"]],
    ["a cap lowered to what is stored", {}, { max_bytes: 10_000 }, { state: BUSY }, ["max_bytes lossy"]],
    ["a count lowered", {}, { max_msgs: 99 }, { state: BUSY }, ["max_msgs lossy, held"]],
    [
      "a count lowered where new messages are refused",
      { discard: "new" },
      { discard: "new", max_msgs: 9 },
      { state: BUSY },
      ["max_msgs disruptive, held"],
    ],
    [
      "the same on 2.9, which evicts all the same",
      { discard: "new" },
      { discard: "new", max_msgs: 9 },
      { state: BUSY, server: OLD },
      ["max_msgs lossy, held"],
    ],
    [
      "the same on 2.10.5, as 2.10.6 was the first not to evict",
      { discard: "new" },
      { discard: "new", max_msgs: 9 },
      { state: BUSY, server: { ...NEWEST, version: "2.10.5" } },
      ["max_msgs lossy, held"],
    ],
    [
      "a count lowered as the policy turns to refusing",
      {},
      { discard: "new", max_msgs: 9 },
      { state: BUSY },
      ["max_msgs disruptive, held", "discard disruptive, held"],
    ],
    [
      "the policy turns to evicting on a stream over its limit",
      { discard: "new", max_msgs: 9 },
      { discard: "old", max_msgs: 9 },
      { state: BUSY },
      ["discard lossy, held"],
    ],
    [
      "the same with the limit raised beyond what is stored",
      { discard: "new", max_msgs: 9 },
      { discard: "old", max_msgs: 200 },
      { state: BUSY },
      ["max_msgs safe", "discard safe"],
    ],
    ["an age that all are younger than", {}, { max_age: 86400 * 60 * SECOND }, { state: BUSY }, ["max_age lossy"]],
    ["an age that some are older than", {}, { max_age: 86400 * 20 * SECOND }, { state: BUSY }, ["max_age lossy, held"]],
    ["an age raised", { max_age: MINUTE * 5 }, { max_age: MINUTE * 6 }, { state: BUSY }, ["max_age safe"]],
    [
      "one message per subject at most, all different",
      {},
      { max_msgs_per_subject: 1 },
      { state: { ...BUSY, num_subjects: 100 } },
      ["max_msgs_per_subject lossy"],
    ],
    [
      "fewer messages per subject, not counted",
      {},
      { max_msgs_per_subject: 1 },
      { state: BUSY },
      ["max_msgs_per_subject lossy, held"],
    ],
    ["limits to interest", {}, { retention: "interest" }, { state: BUSY }, ["retention lossy, held"]],
    ["limits to interest, nothing stored", {}, { retention: "interest" }, {}, ["retention lossy"]],
    ["interest to limits", { retention: "interest" }, { retention: "limits" }, { state: BUSY }, ["retention safe"]],
    ["to a work queue", {}, { retention: "workqueue" }, {}, ["retention immutable, held"]],
    ["retention on 2.9", {}, { retention: "interest" }, { server: OLD }, ["retention immutable, held"]],
    ["storage", {}, { storage: "memory" }, {}, ["storage immutable, held"]],
    ["replicas without a cluster", {}, { num_replicas: 3 }, {}, ["num_replicas immutable, held"]],
    ["replicas in a cluster", {}, { num_replicas: 3 }, { server: CLUSTER }, ["num_replicas safe"]],
    ["fewer replicas without a cluster", { num_replicas: 3 }, { num_replicas: 1 }, {}, ["num_replicas safe"]],
    ["a mirror where there was none", {}, { mirror: { name: "A" } }, {}, ["mirror immutable, held"]],
    ["another first sequence", {}, { first_seq: 50 }, {}, ["first_seq immutable, held"]],
    [
      "sealing, and what comes with it",
      {},
      { sealed: true },
      {},
      ["sealed one-way, held", "deny_delete one-way, held", "deny_purge one-way, held"],
    ],
    [
      "unsealing",
      { sealed: true, discard: "new", deny_delete: true, deny_purge: true },
      { sealed: false },
      {},
      ["sealed immutable, held"],
    ],
    ["allowing deletes again", { deny_delete: true }, { deny_delete: false }, {}, ["deny_delete immutable, held"]],
    ["denying deletes", {}, { deny_delete: true }, {}, ["deny_delete one-way, held"]],
    ["message TTLs", {}, { allow_msg_ttl: true }, {}, ["allow_msg_ttl one-way, held"]],
    ["message counters", {}, { allow_msg_counter: true }, {}, ["allow_msg_counter immutable, held"]],
    ["republishing on 2.9", {}, { republish: { dest: "x" } }, { server: OLD }, ["republish immutable, held"]],
    ["compression on 2.9", {}, { compression: "s2" }, { server: OLD }, ["compression unsupported, held"]],
    ["no compression on 2.9", {}, { compression: "none" }, { server: OLD }, []],
    ["consumers before 2.12.5", {}, { max_consumers: 5 }, { server: OLD }, ["max_consumers immutable, held"]],
    ["consumers", {}, { max_consumers: 5 }, {}, ["max_consumers safe"]],
  ] as const)("%s", (_title, live, enforced, more, expected) => {
    expect(verdicts(decideStream(live as object, enforced as object, more as object))).toEqual(expected);
  });

  it("counts what a lower limit per subject would discard, where it was counted", () => {
    const stored = { state: { ...question({}, {}).stored?.state, ...BUSY }, perSubject: [3, 1, 7], now: 0 };
    const decision = decideStream({}, { max_msgs_per_subject: 2 }, { stored: stored as never });

    expect(decision.differences[0]?.verdict).toMatchObject({
      forecast: { messages: 6, certainty: "exact" },
      reason: "lowering it discards each subject's oldest messages beyond it",
    });
  });
});

describe("what is held", () => {
  const BUSY = { state: { messages: 100, bytes: 10_000, num_subjects: 1 } };

  it("is left out of the update, which makes the other changes and starts from live", () => {
    const live = { max_msgs: 500, republish: { src: ">", dest: "x" }, unknown_to_us: 7 };

    const decision = decideStream(live as object, { max_msgs: 5, description: "new" }, BUSY);

    expect(verdicts(decision)).toEqual(["description safe", "max_msgs lossy, held"]);
    expect(decision.update).toEqual({ name: "S", subjects: ["s"], ...live, description: "new" });
  });

  it("is allowed as a whole or field by field, by the topology's own names", () => {
    const allow = (allowLoss: boolean | string[]) =>
      verdicts(decideStream({}, { max_msgs: 5 }, { ...BUSY, policy: { ...CAUTIOUS, allowLoss } }));

    expect(allow(true)).toEqual(["max_msgs lossy"]);
    expect(allow(["maxMsgs"])).toEqual(["max_msgs lossy"]);
    expect(allow(["maxBytes"])).toEqual(["max_msgs lossy, held"]);
  });

  it("of each impact is allowed by its own permission, and by no other; approving the plan gives them all", () => {
    const impacts = ["safe", "disruptive", "lossy", "one-way", "immutable", "unsupported"] as const;
    const applied = (policy: Partial<Policy>) => {
      return impacts.filter((impact) => {
        const fields = { ...STREAM_TABLE.fields, description: { canonical: String, impact: () => ({ impact }) } };
        const table = { ...STREAM_TABLE, fields, rows: Object.entries(fields) } as Table;
        const asked = question({}, { description: "new" }, { policy: { ...CAUTIOUS, ...policy } });
        return decide(table, asked).differences.every(({ held }) => !held);
      });
    };

    expect(applied({})).toEqual(["safe"]);
    expect(applied({ allowDisruption: true })).toEqual(["safe", "disruptive"]);
    expect(applied({ allowDisruption: ["description"] })).toEqual(["safe", "disruptive"]);
    expect(applied({ allowDisruption: ["subjects"] })).toEqual(["safe"]);
    expect(applied({ allowLoss: true })).toEqual(["safe", "lossy"]);
    expect(applied({ allowOneWay: true })).toEqual(["safe", "one-way"]);
    const resource = {
      id: "stream/S",
      kind: "stream",
      name: "S",
      stream: "S",
      enforced: {},
      createDefaults: {},
    } as const;
    const [approvedResource] = allowEverything([{ ...resource, policy: CAUTIOUS }]);
    expect(applied(approvedResource?.policy ?? {})).toEqual(["safe", "disruptive", "lossy", "one-way"]);
  });

  it("keeps back the field that would bring it along", () => {
    const decision = decideStream({}, { subject_delete_marker_ttl: SECOND, description: "new" });

    expect(verdicts(decision)).toEqual([
      "description safe",
      "allow_msg_ttl one-way, held",
      "subject_delete_marker_ttl one-way, held",
    ]);
    expect(decision.differences[2]?.verdict.reason).toContain("allowMsgTtl");
    expect(decision.update).toEqual({ name: "S", subjects: ["s"], description: "new" });
  });

  it("is everything of a resource that is only observed", () => {
    const decision = decideStream({}, { description: "new" }, { policy: { ...CAUTIOUS, manage: "observe" } });

    expect(verdicts(decision)).toEqual(["description safe, held"]);
    expect(decision.update).toBeUndefined();
  });
});

describe("exact", () => {
  const policy = { ...CAUTIOUS, exact: true };

  it("brings undeclared fields back to the defaults, but for what clients set at birth or leave", () => {
    const live = { description: "old", allow_direct: false, metadata: { a: "1" }, republish: { src: ">", dest: "x" } };
    const decision = decideStream(live, {}, { policy, createDefaults: { allow_direct: true } });

    expect(verdicts(decision)).toEqual(["description safe", "republish safe", "metadata safe"]);
    expect(decision.update).toEqual({ name: "S", subjects: ["s"], allow_direct: false });
  });

  it("still holds what is lossy or immutable", () => {
    const live = { storage: "memory", max_msgs: 5 } as const;

    expect(verdicts(decideStream(live, { max_msgs: 2 }, { policy, state: { messages: 5 } }))).toEqual([
      "max_msgs lossy, held",
      "storage immutable, held",
    ]);
  });
});

describe("undeclared", () => {
  it("lists what is neither declared nor a default nor what clients set at birth", () => {
    const live = { max_age: MINUTE, duplicate_window: MINUTE, deny_delete: true, allow_direct: true, max_msgs: 7 };

    const { undeclared } = decideStream(live, {}, { createDefaults: { deny_delete: true, allow_direct: true } });

    expect(undeclared).toEqual([
      { field: "max_msgs", live: 7 },
      { field: "max_age", live: MINUTE },
    ]);
  });

  it("of declared metadata, lists the other keys and keeps them", () => {
    const decision = decideStream({ metadata: { a: "1", b: "2", "_nats.ver": "x" } }, { metadata: { a: "9" } });

    expect(decision.undeclared).toEqual([{ field: "metadata", live: { b: "2" } }]);
    expect(decision.update).toMatchObject({ metadata: { a: "9", b: "2" } });
  });

  it("of metadata that nobody declares, lists the keys that are not the server's own", () => {
    const { undeclared } = decideStream({ metadata: { b: "2", "_nats.ver": "x" } }, {});

    expect(undeclared).toEqual([{ field: "metadata", live: { b: "2" } }]);
  });
});

describe("refusing by subject", () => {
  const live = { discard: "new" as const, max_msgs_per_subject: 5, discard_new_per_subject: true };

  it("goes with what it needs, where nobody declares it", () => {
    expect(decideStream(live, { discard: "old" }).update).toMatchObject({ discard_new_per_subject: false });
    expect(decideStream(live, { max_msgs_per_subject: -1 }).update).toMatchObject({ discard_new_per_subject: false });
  });

  it("stays where what it needs stays", () => {
    expect(decideStream(live, { description: "new" }).update).toMatchObject(live);
    expect(decideStream({ ...live, discard_new_per_subject: false }, { description: "new" }).update).toMatchObject({
      discard_new_per_subject: false,
    });
  });
});

describe("an age under the window", () => {
  it("takes an undeclared window down with it, and not where the age is held", () => {
    const old = { messages: 5, first_ts: "2025-01-01T00:00:00Z", last_ts: "2025-01-01T00:00:00Z" };

    expect(verdicts(decideStream({ duplicate_window: 2 * MINUTE }, { max_age: MINUTE }))).toEqual([
      "max_age lossy",
      "duplicate_window safe",
    ]);
    expect(verdicts(decideStream({ duplicate_window: 2 * MINUTE }, { max_age: MINUTE }, { state: old }))).toEqual([
      "max_age lossy, held",
    ]);
  });
});

describe("birth", () => {
  it("says nothing of a default to a server that does not know the field", () => {
    const { config, missing } = createConfig(
      STREAM_TABLE,
      question({}, { compression: "none", metadata: {} }, { server: OLD }),
    );

    expect(config).toEqual({ name: "S", subjects: ["s"] });
    expect(missing).toEqual([]);
  });

  it("names what the server does not know", () => {
    const { config, missing } = createConfig(STREAM_TABLE, question({}, { allow_msg_ttl: true }, { server: OLD }));

    expect(config).toEqual({ name: "S", subjects: ["s"] });
    expect(missing).toMatchObject([{ field: "allow_msg_ttl", verdict: { impact: "unsupported" }, held: true }]);
  });

  it("of a consumer on 2.9 with many filters, knows that it would be another consumer", () => {
    const asked = { ...question({}, {}), kind: "consumer" as const, server: OLD };
    const enforced = { name: "c", durable_name: "c", filter_subjects: ["a", "b"] };

    const { missing } = createConfig(CONSUMER_TABLE, { ...asked, enforced });

    expect(missing.map(({ field }) => CONSUMER_TABLE.fields[field]?.requiredAtCreate)).toEqual([true]);
  });
});

describe("a field that brings a held one along", () => {
  const live = { description: "old", max_age: 0, deny_purge: true, discard: "new" as const };
  const policy = { ...CAUTIOUS, allowOneWay: ["sealed"] };

  it("is held with it, says which, and does not hold the others", () => {
    const decision = decideStream(live, { sealed: true, description: "new" }, { policy });

    expect(verdicts(decision)).toEqual(["description safe", "sealed one-way, held", "deny_delete one-way, held"]);
    expect(decision.differences.find(({ field }) => field === "sealed")?.verdict).toEqual({
      impact: "one-way",
      reason: "the server would change denyDelete with it, which is held",
    });
    expect(decision.update).toEqual({ name: "S", subjects: ["s"], ...live, description: "new" });
  });

  it("is applied where that one may be changed too", () => {
    const decision = decideStream(live, { sealed: true }, { policy: { ...CAUTIOUS, allowOneWay: true } });

    expect(verdicts(decision)).toEqual(["sealed one-way", "deny_delete one-way"]);
    expect(decision.update).toMatchObject({ sealed: true });
  });
});

it("a consumer's filters replace its one filter, and the other way round: the server takes one of the two", () => {
  const about = { name: "c", durable_name: "c", ack_policy: "explicit" };
  const updated = (live: object, enforced: object) => {
    const asked = { ...question({}, {}), kind: "consumer" as const };
    const both = { live: { ...about, ...live }, enforced: { ...about, ...enforced } };
    return decide(CONSUMER_TABLE, { ...asked, ...both, policy: { ...CAUTIOUS, allowDisruption: true } }).update;
  };

  expect(updated({ filter_subject: "a" }, { filter_subjects: ["a", "b"] })).toEqual({
    ...about,
    filter_subjects: ["a", "b"],
  });
  expect(updated({ filter_subjects: ["a", "b"] }, { filter_subject: "a" })).toEqual({ ...about, filter_subject: "a" });
});

it("an exact consumer whose new filters are held keeps the filter that it has", () => {
  const live = { name: "c", durable_name: "c", ack_policy: "explicit", filter_subject: "a" };
  const enforced = { name: "c", durable_name: "c", ack_policy: "explicit", filter_subjects: ["a", "b"] };
  const asked = { ...question({}, {}, { server: OLD }), kind: "consumer" as const, enforced, live };
  const decision = decide(CONSUMER_TABLE, { ...asked, policy: { ...CAUTIOUS, exact: true } });

  expect(decision.differences.map(({ field, held }) => [field, held])).toEqual([["filter_subjects", true]]);
  expect(decision.update).toBeUndefined();
});
