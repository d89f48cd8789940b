import { describe, expect, it } from "vitest";
import type { ServerFacts } from "../../../lib/jetstream/server.ts";
import type { ConsumerConfig, ConsumerInfo, StreamConfig } from "../../../lib/jetstream/types.ts";
import type { StoredSubjects } from "../../../lib/observe/evidence.ts";
import { decide } from "../../../lib/plan/decide.ts";
import type { DecisionInput } from "../../../lib/plan/decision-input.ts";
import { CONSUMER_TABLE, type Fields, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import { agoText } from "../../../lib/text/text.ts";
import { CAUTIOUS, decideStream, EMPTY, NEWEST, NOW, OLD, question } from "./question.ts";

const SECOND = 1_000_000_000;
const HELD = { messages: 20, bytes: 2000, num_subjects: 2, last_seq: 20, last_ts: "2025-12-31T23:59:57Z" };
const CLUSTER: ServerFacts = { ...NEWEST, cluster: "c" };

/** `impact, held?: reason` of the only difference, or of the one of a field. */
function told(decision: ReturnType<typeof decide>, field?: string): string {
  const found = decision.differences.filter((each) => field === undefined || each.field === field);
  expect(found).toHaveLength(1);
  return found.map(({ verdict, held }) => `${verdict.impact}${held ? ", held" : ""}: ${verdict.reason}`).join();
}

describe("a subject that a stream gives up", () => {
  const stored = (subjects: Record<string, number>, more: Partial<StoredSubjects> = {}): StoredSubjects => ({
    subjects: new Map(Object.entries(subjects)),
    complete: true,
    ...more,
  });
  const given = (from: string[], to: string[], more: Parameters<typeof decideStream>[2] = {}, also = {}) =>
    told(decideStream({ subjects: from, ...also }, { subjects: to, ...also }, { state: HELD, ...more }));
  const evidence = (filter: string, found: StoredSubjects) => ({ evidence: { storedOn: new Map([[filter, found]]) } });

  it("and that holds messages is disruptive, with how many and since when", () => {
    const last = { subject: "s.b", time: "2025-12-31T23:59:57Z" };

    expect(given(["s.a", "s.b"], ["s.a"], evidence("s.b", stored({ "s.b": 12 }, { last })))).toBe(
      "disruptive, held: messages on s.b are no longer stored: it holds 12 messages there, the last one 3 s ago",
    );
    expect(given(["s.a", "s.b"], ["s.a"], evidence("s.b", stored({ "s.b": 1 })))).toContain("it holds 1 message there");
  });

  it("says how many messages each subject holds: the three with the most, and how many more subjects there are", () => {
    const [many, last] = [
      { "s.b": 1, "s.c": 7, "s.d": 7, "s.e": 9, "s.f": 2 },
      { subject: "s.f", time: "2025-12-31T23:59:57Z" },
    ];
    const two = new Map([
      ["s.b", stored({ "s.b": 3 }, { last: { ...last, subject: "s.b" } })],
      ["s.c", stored({ "s.c": 2 })],
    ]);

    expect(given(["s.a", "s.b", "s.c"], ["s.a"], { evidence: { storedOn: two } })).toBe(
      "disruptive, held: messages on s.b, s.c are no longer stored: " +
        "it holds 5 messages there (3 on s.b, 2 on s.c), the last one 3 s ago",
    );
    expect(given(["s.a", "s.*"], ["s.a"], evidence("s.*", stored(many, { last })))).toContain(
      "it holds 26 messages there (9 on s.e, 7 on s.c, 7 on s.d, and 2 more subjects), the last one 3 s ago",
    );
    expect(given(["s.a", "s.*"], ["s.a"], evidence("s.*", stored(many, { complete: false })))).toContain(
      "it holds at least 26 messages there (9 on s.e, 7 on s.c, 7 on s.d, and at least 2 more subjects)",
    );
    // One of two subjects holds all of it: which one has to be said.
    two.set("s.c", stored({}));
    expect(given(["s.a", "s.b", "s.c"], ["s.a"], { evidence: { storedOn: two } })).toContain(
      "it holds 3 messages there (3 on s.b)",
    );
  });

  it("and of which other declared streams take a part says which part goes where", () => {
    const found = evidence("k.>", stored({ "k.1.a": 4, "k.2": 3 }));
    const heirOf = (subject: string) => (subject.startsWith("k.1.") ? "stream/KB" : undefined);
    const part = { subject: "k.1.*", heir: "stream/KB" };
    const read = (parts: { subject: string; heir: string }[], to = ["k.0"]) =>
      given(["k.>"], to, { heirOf, heirsOfParts: () => parts, ...found });

    expect(read([part])).toBe(
      "disruptive, held: messages on k.1.* go to stream/KB, and of the other messages on k.>, only those on k.0 are " +
        "stored from now on: it holds 3 messages there (3 on k.2)",
    );
    expect(read([part], ["other"])).toContain(
      "messages on k.1.* go to stream/KB, and the other messages on k.> are no longer stored: it holds 3 messages there",
    );
    const parts = ["1", "2", "3", "4", "5"].map((token) => ({ subject: `k.${token}.*`, heir: `stream/K${token}` }));
    expect(read(parts)).toContain(
      "messages on k.1.* go to stream/K1, on k.2.* go to stream/K2, on k.3.* go to stream/K3, and on 2 more subjects to " +
        "others, and of the other messages on k.>, only ",
    );
  });

  it("and that holds none is safe", () => {
    expect(given(["s.a", "s.b"], ["s.a"], evidence("s.b", stored({})))).toBe(
      "safe: messages on s.b are no longer stored; nothing uses that now",
    );
    expect(given(["s.a", "s.b"], ["s.a"], { state: {} })).toContain("safe: ");
  });

  it("is judged by what of it no other subject covers", () => {
    const found = evidence("s.>", stored({ "s.a": 12, "s.b.c": 3 }));

    expect(given(["s.>"], ["s.a", "s.b.*"], found)).toContain("safe: ");
    expect(given(["s.>"], ["s.a"], found)).toContain(
      "of messages on s.>, only those on s.a are stored from now on: it holds 3 messages there (3 on s.b.c)",
    );
  });

  it("and that another of its subjects covers is not given up: [orders.new] → [orders.>] is safe, without a reason", () => {
    expect(given(["orders.new"], ["orders.>"])).toBe("safe: undefined");
    expect(given(["a", "b"], ["*"])).toBe("safe: undefined");
  });

  it("and that another declared stream takes over is safe, and names it", () => {
    const heirOf = (subject: string) => (subject.startsWith("s.b") ? "stream/B" : undefined);

    expect(given(["s.a", "s.b"], ["s.a"], { heirOf })).toBe("safe: s.b goes to stream/B");
    expect(given(["s.a", "s.b", "s.c"], ["s.a"], { heirOf, ...evidence("s.c", stored({ "s.c": 2 })) })).toContain(
      "messages on s.c are no longer stored: it holds 2 messages there",
    );
    // A part of it goes over: only the rest counts.
    const found = evidence("s.>", stored({ "s.b": 2 }));
    expect(given(["s.>"], ["s.a"], { heirOf, ...found })).toContain("safe: ");
  });

  it("and that another declared stream takes over is disruptive to a consumer that reads nothing else here", () => {
    const heirOf = () => "stream/B";
    const consumers = [
      { name: "all", filters: [">"], isUsed: true },
      { name: "idle", filters: ["s.b"], isUsed: false },
    ];
    const state = { ...HELD, consumer_count: 2 };
    const read = (more: typeof consumers) =>
      given(["s.a", "s.b"], ["s.a"], { heirOf, state, evidence: { consumers: [...consumers, ...more] } });

    expect(read([])).toBe("safe: s.b goes to stream/B");
    expect(read([{ name: "billing", filters: ["s.b.>", "s.b"], isUsed: true }])).toBe(
      "disruptive, held: s.b goes to stream/B: its consumer billing gets nothing more here",
    );
    expect(given(["s.a", "s.b"], ["s.a"], { heirOf, state })).toContain("which consumers wait for it is not known");
  });

  it("and of which nothing is known is held, and says so", () => {
    const decision = decideStream({ subjects: ["s.a", "s.b"] }, { subjects: ["s.a"] }, { state: HELD });

    expect(told(decision)).toContain("whether any are stored on it is not known");
    expect(decision.differences[0]?.verdict).toMatchObject({ needs: ["storedOn"], storedOn: ["s.b"] });
    const many = evidence("s.b", stored({}, { complete: false }));
    expect(given(["s.a", "s.b"], ["s.a"], many)).toContain("it has too many subjects to look at");
    const some = evidence("s.b", stored({ "s.b": 7 }, { complete: false }));
    expect(given(["s.a", "s.b"], ["s.a"], some)).toContain("it holds at least 7 messages there (7 on s.b)");
  });

  it("and that the stream stores under another subject is judged by all that is stored", () => {
    const transformed = { subject_transform: { src: "s.b", dest: "elsewhere" } };

    expect(given(["s.a", "s.b"], ["s.a"], evidence("s.b", stored({})), transformed)).toBe(
      "disruptive, held: messages on s.b are no longer stored: it holds 20 messages, the last one 3 s ago",
    );
  });

  it("and that is the only one that a consumer waits for is disruptive, also where nothing is stored", () => {
    const consumers = [
      { name: "all", filters: [">"], isUsed: true },
      { name: "billing", filters: ["s.b", "s.b.x"], isUsed: true },
    ];
    const state = { consumer_count: 2 };

    expect(given(["s.a", "s.b"], ["s.a"], { state, evidence: { consumers } })).toBe(
      "disruptive, held: messages on s.b are no longer stored: its consumer billing waits for it",
    );
    const both = given(["s.a", "s.b", "s.c"], ["s.a"], { state, evidence: { consumers } });
    expect(both).toContain("its consumer billing waits for it");
    const others = { evidence: { consumers: consumers.slice(0, 1) } };
    expect(given(["s.a", "s.b"], ["s.a"], { state, ...others })).toContain("safe: ");
    const unused = consumers.map((each) => ({ ...each, isUsed: false }));
    expect(given(["s.a", "s.b"], ["s.a"], { state, evidence: { consumers: unused } })).toContain("safe: ");
    const decision = decideStream({ subjects: ["s.a", "s.b"] }, { subjects: ["s.a"] }, { state });
    expect(decision.differences[0]).toMatchObject({ held: true, verdict: { needs: ["consumers"] } });
  });

  it("of a work queue, which holds nothing that is done, is in use where a consumer gets it", () => {
    const work = { retention: "workqueue" };
    const evidence = { retention: "workqueue" as const, consumers: [{ name: "all", filters: [">"], isUsed: true }] };
    const state = { consumer_count: 1, last_seq: 7 };

    expect(given(["s.a", "s.b"], ["s.a"], { state, evidence }, work)).toContain("its consumer all waits for it");
    const empty = { ...state, last_seq: 0 };
    expect(given(["s.a", "s.b"], ["s.a"], { state: empty, evidence }, work)).toContain("safe: ");
    const unused = { ...evidence, consumers: [{ name: "all", filters: [">"], isUsed: false }] };
    expect(given(["s.a", "s.b"], ["s.a"], { state, evidence: unused }, work)).toContain("safe: ");
  });

  it("of a sealed stream takes nothing away", () => {
    const sealed = { sealed: true, discard: "new", deny_delete: true, deny_purge: true };

    expect(given(["s.a", "s.b"], ["s.a"], {}, sealed)).toBe("safe: undefined");
  });
});

describe("a stream that would refuse what it takes now", () => {
  const full = "disruptive, held: the stream would be full and refuse new messages from now on: it holds 20 messages";

  it.each([
    ["a count that it holds", { discard: "new" }, { max_msgs: 20 }, full],
    ["a count with room for one more", { discard: "new" }, { max_msgs: 21 }, "safe: undefined"],
    ["a size without room for any", { discard: "new" }, { max_bytes: 2030 }, full],
    ["a size with room for the smallest", { discard: "new" }, { max_bytes: 2031 }, "safe: undefined"],
    ["refusing at its limit", { max_msgs: 20 }, { discard: "new" }, full],
    ["refusing below its limit", { max_msgs: 21 }, { discard: "new" }, "safe: undefined"],
    ["a lower limit where it is full already", { discard: "new", max_msgs: 20 }, { max_msgs: 10 }, "safe: undefined"],
  ] as const)("by %s", (_title, live, change, expected) => {
    const decision = decideStream(live, { ...live, ...change }, { state: HELD });

    expect(told(decision)).toContain(expected);
  });

  it("by a limit that it just holds says so on servers too that would evict beyond it", () => {
    const decision = decideStream({ discard: "new" }, { discard: "new", max_msgs: 20 }, { state: HELD, server: OLD });

    expect(told(decision)).toContain(full);
  });

  it.each([
    [[10, 10], 10, "disruptive, held: subjects that are at their limit refuse new messages from now on: 2 of 2"],
    [[15, 5], 15, "subjects that are at their limit refuse new messages from now on: 1 of 2"],
    [[10, 10], 11, "lossy: "],
    [undefined, 20, "how many messages they hold is not known"],
  ])("by a limit per subject: %j under %i", (perSubject, max_msgs_per_subject, expected) => {
    const live = { discard: "new" as const, discard_new_per_subject: true, max_msgs_per_subject: 30 };
    const evidence = perSubject ? { perSubject } : {};

    expect(told(decideStream(live, { ...live, max_msgs_per_subject }, { state: HELD, evidence }))).toContain(expected);
  });

  it("by refusing per subject", () => {
    const live = { discard: "new" as const, max_msgs_per_subject: 10 };
    const enforced = { ...live, discard_new_per_subject: true };

    const evidence = { perSubject: [10, 10] };
    expect(told(decideStream(live, enforced, { state: HELD, evidence }))).toContain("disruptive, held: ");
    expect(told(decideStream(live, enforced, { state: HELD, evidence: { perSubject: [9, 9] } }))).toContain("safe");
    expect(told(decideStream(live, enforced, { state: { ...HELD, messages: 2 } }))).toContain("safe");
    const single = { discard: "new" as const, max_msgs_per_subject: 1 };
    const each = { ...HELD, messages: 20, num_subjects: 20 };
    expect(told(decideStream(single, { ...single, discard_new_per_subject: true }, { state: each }))).toContain(
      ": 20 of 20",
    );
    expect(decideStream(live, enforced, { state: HELD }).differences[0]?.verdict.needs).toEqual(["subjects"]);
  });

  it.each([
    [
      4,
      { messages: 1, bytes: 40 },
      "disruptive, held: messages larger than 4 bytes are refused from now on, and it may hold larger ones: 1 of 40 bytes on average",
    ],
    [90, { messages: 20, bytes: 2010 }, "it may hold larger ones: 20 of 101 bytes on average"],
    [100, { messages: 1, bytes: 40 }, "safe: "],
    [4, {}, "safe: "],
  ])("by a message size of %i", (max_msg_size, state, expected) => {
    expect(told(decideStream({}, { max_msg_size }, { state }))).toContain(expected);
  });
});

describe("a stream of which is not known what it holds", () => {
  it.each([
    [{ max_msg_size: 4 }, "messages larger than 4 bytes are refused from now on, and it may hold larger ones"],
    [{ no_ack: true }, "publishers get no acknowledgement from now on"],
    [{ subjects: ["other"] }, "messages on s are no longer stored"],
  ])("is in use: %j", (enforced, what) => {
    const { stored: _, ...asked } = question({}, enforced);

    expect(told(decide(STREAM_TABLE, asked))).toBe(`disruptive, held: ${what}: what it holds is not known`);
  });
});

describe("what of a stream in use stops is disruptive, what of an unused one stops is safe", () => {
  const REPUBLISH = { src: "s", dest: "again" };
  const cases: [string, Partial<StreamConfig>, Partial<StreamConfig>][] = [
    ["no_ack", {}, { no_ack: true }],
    ["allow_direct", { allow_direct: true }, { allow_direct: false }],
    ["allow_rollup_hdrs", { allow_rollup_hdrs: true }, { allow_rollup_hdrs: false }],
    ["allow_atomic", { allow_atomic: true }, { allow_atomic: false }],
    ["allow_batched", { allow_batched: true }, { allow_batched: false }],
    ["subject_transform", {}, { subject_transform: { src: "s", dest: "t" } }],
    ["republish", { republish: REPUBLISH }, { republish: { ...REPUBLISH, dest: "elsewhere" } }],
    ["republish", { republish: REPUBLISH }, { republish: { ...REPUBLISH, headers_only: true } }],
    ["republish", { republish: { ...REPUBLISH, src: ">" } }, { republish: REPUBLISH }],
  ];

  it.each(cases)("%s of %j to %j", (field, live, enforced) => {
    const because = "it holds 20 messages, the last one 3 s ago";

    expect(told(decideStream(live, enforced, { state: HELD }), field)).toMatch(
      new RegExp(`^disruptive, held: .*: ${because}$`),
    );
    expect(told(decideStream(live, enforced), field)).toMatch(/^safe: .*; nothing uses that now$/);
  });

  it.each(cases.slice(0, 5))("%s the other way is safe: %j from %j", (field, live, enforced) => {
    expect(told(decideStream(enforced, { [field]: false, ...live }, { state: HELD }), field)).toMatch(/^safe/);
  });

  it("says of a stream whose messages go as they are consumed that it had some", () => {
    const more = { state: { last_seq: 9, last_ts: HELD.last_ts }, evidence: { retention: "workqueue" as const } };
    const live = { retention: "workqueue" as const };

    expect(told(decideStream(live, { ...live, no_ack: true }, more))).toContain(
      "its messages go as they are consumed, the last one came 3 s ago",
    );
  });

  it("fewer replicas", () => {
    const fewer = (state: object, server = CLUSTER) =>
      told(decideStream({ num_replicas: 3 }, { num_replicas: 1 }, { server, state }));

    expect(fewer(HELD)).toContain("disruptive, held: it would stand the loss of no server instead of 1 server");
    expect(fewer({})).toContain("safe");
    expect(fewer(HELD, NEWEST)).toBe("safe: undefined");
  });

  it("fewer consumers than it has", () => {
    const limited = (consumer_count: number) =>
      told(decideStream({}, { max_consumers: 2 }, { state: { consumer_count } }));

    expect(limited(3)).toBe(
      "disruptive, held: no consumer that goes away could come back until there are fewer than 2: it has 3",
    );
    expect(limited(2)).toBe("safe: undefined");
  });

  it("no markers, where there are consumers to miss them", () => {
    const live = { subject_delete_marker_ttl: SECOND, allow_msg_ttl: true, allow_rollup_hdrs: true };
    const off = (consumer_count: number) =>
      told(
        decideStream(live, { ...live, subject_delete_marker_ttl: 0 }, { state: { ...HELD, consumer_count } }),
        "subject_delete_marker_ttl",
      );

    expect(off(1)).toContain("disruptive, held: messages that expire leave no marker");
    expect(off(0)).toContain("safe");
  });
});

describe("sources", () => {
  const A = { name: "A" };
  const change = (from: StreamConfig["sources"], to: StreamConfig["sources"], more = {}) =>
    told(decideStream({ sources: from ?? [] }, { sources: to ?? [] }, more), "sources");

  it.each([
    ["removed", [A], []],
    ["replaced", [A], [{ name: "B" }]],
    ["with a narrower filter", [A], [{ ...A, filter_subject: "a" }]],
    ["with a transform", [A], [{ ...A, subject_transforms: [{ src: "a", dest: "b" }] }]],
    ["through another API", [A], [{ ...A, external: { api: "$JS.x.API" } }]],
  ] as const)("%s are disruptive, and say what is no longer taken", (_title, from, to) => {
    expect(change([...from], [...to] as StreamConfig["sources"])).toBe(
      "disruptive, held: what is taken from A stays, and nothing more is taken as it was",
    );
  });

  it("with filters are told with them", () => {
    const from = [{ ...A, filter_subject: "a.>" }, { name: "B" }];

    expect(change(from, [])).toContain("what is taken from A (a.>), B stays");
  });

  it("of an origin that is not there are not in use, whatever the server says of them", () => {
    const heard = { name: "A", lag: 0, active: 5 };

    expect(change([A], [], { evidence: { streamNames: ["S"], sources: [heard] } })).toContain(
      "safe: nothing can be taken from A",
    );
    expect(change([A], [], { evidence: { streamNames: ["A", "S"] } })).toContain("disruptive");
  });

  it("of an origin through another API, or where streams may not be listed, are judged by what the server heard", () => {
    const far = { ...A, external: { api: "$JS.x.API" } };
    const gone = { name: "A", lag: 0, active: -1, error: { err_code: 10059 } };
    const known = { streamNames: ["S"] };

    expect(change([far], [], { evidence: { ...known, sources: [gone] } })).toContain("safe: nothing can be taken");
    expect(change([A], [], { evidence: { sources: [gone] } })).toContain("safe: nothing can be taken from A");
    for (const heard of [
      { ...gone, active: 5 },
      { name: "A", lag: 0, active: -1 },
    ]) {
      expect(change([far], [], { evidence: { ...known, sources: [heard] } })).toContain("disruptive");
      expect(change([A], [], { evidence: { sources: [heard] } })).toContain("disruptive");
    }
  });

  it("with a wider filter are safe, and are taken again", () => {
    const narrow = { ...A, filter_subject: "a" };

    expect(change([narrow], [A])).toContain("safe: the server begins anew with a source that has another filter");
    expect(change([narrow], [A], { server: OLD })).toBe("safe: undefined");
    expect(change([A], [A, { name: "B" }])).toBe("safe: undefined");
    expect(change([A], [{ ...A, consumer: { name: "c" } }])).toBe("safe: undefined");
  });
});

describe("a consumer in use", () => {
  const IN_USE: Partial<ConsumerInfo> = { delivered: { consumer_seq: 7, last_active: "2025-12-31T23:59:00Z" } };
  const because = ": 7 deliveries so far, the last one 1 minute ago";

  function consumer(
    live: Partial<ConsumerConfig>,
    enforced: Partial<ConsumerConfig>,
    info: Partial<ConsumerInfo> = IN_USE,
    more: Partial<DecisionInput> = {},
  ) {
    return decide(CONSUMER_TABLE, {
      kind: "consumer",
      live: { name: "C", durable_name: "C", ack_policy: "explicit", ...live } as Fields,
      enforced: { durable_name: "C", ...enforced } as Fields,
      createDefaults: {},
      policy: CAUTIOUS,
      server: NEWEST,
      stored: { state: { ...EMPTY, ...HELD }, retention: "limits", smallestRecord: 31, now: NOW },
      now: NOW,
      consumer: { stream_name: "S", name: "C", config: {}, ...info },
      ...more,
    });
  }

  it.each([
    [{ push_bound: true }, "somebody is subscribed to it"],
    [{ num_waiting: 2 }, "2 pull requests waiting"],
    [{ num_ack_pending: 1 }, "1 message being processed"],
    [IN_USE, "7 deliveries so far, the last one 1 minute ago"],
    [{ delivered: { consumer_seq: 1 } }, "1 delivery so far"],
  ] as const)("is told by %j", (info, expected) => {
    expect(told(consumer({}, { headers_only: true }, info))).toBe(
      `disruptive, held: messages are delivered without their payload: ${expected}`,
    );
  });

  it.each([
    ["max_batch", {}, { max_batch: 5 }],
    ["max_batch", { max_batch: 6 }, { max_batch: 5 }],
    ["max_expires", {}, { max_expires: SECOND }],
    ["max_bytes", {}, { max_bytes: 5 }],
    ["headers_only", {}, { headers_only: true }],
    ["inactive_threshold", {}, { inactive_threshold: SECOND }],
    ["inactive_threshold", { inactive_threshold: 2 * SECOND }, { inactive_threshold: SECOND }],
    ["priority_groups", { priority_groups: ["a"], priority_policy: "overflow" }, { priority_groups: ["b"] }],
    ["priority_policy", { priority_groups: ["a"], priority_policy: "overflow" }, { priority_policy: "pinned_client" }],
    ["priority_policy", { priority_groups: ["a"], priority_policy: "pinned_client" }, { priority_policy: "overflow" }],
    ["priority_policy", { priority_groups: ["a"], priority_policy: "overflow" }, { priority_policy: "prioritized" }],
  ] as const)("is disrupted by %s of %j to %j, and an unused one is not", (field, live, enforced) => {
    const decided = (info: Partial<ConsumerInfo>) => told(consumer(live as object, enforced as object, info), field);

    expect(decided(IN_USE)).toMatch(new RegExp(`^disruptive, held: .*${because}$`));
    expect(decided({ num_pending: 20 })).toMatch(/^safe: .*; nothing uses that now$/);
  });

  it.each([
    [{ max_batch: 5 }, { max_batch: 6 }],
    [{ max_batch: 5 }, { max_batch: 0 }],
    [{ headers_only: true }, { headers_only: false }],
    [{ inactive_threshold: SECOND }, { inactive_threshold: 2 * SECOND }],
    [{ inactive_threshold: SECOND }, { inactive_threshold: 0 }],
    [{ max_deliver: 5 }, { max_deliver: -1 }],
    [{ filter_subject: "s.a" }, { filter_subject: "s.>" }],
    [{ deliver_subject: "d" }, { deliver_subject: "d", max_batch: 5 }],
    [{ max_ack_pending: 5 }, { max_ack_pending: 6 }],
    [{ priority_groups: ["a"], priority_policy: "overflow" }, { priority_groups: ["a", "b"] }],
    [{ priority_groups: ["a"], priority_policy: "prioritized" }, { priority_policy: "overflow" }],
  ] as const)("is not disrupted by what widens: %j to %j", (live, enforced) => {
    expect(told(consumer(live as object, enforced as object))).toMatch(/^safe/);
  });

  it("is disrupted by fewer deliveries where messages have had that many", () => {
    const counts = { num_ack_pending: 3, num_redelivered: 2 };

    expect(told(consumer({}, { max_deliver: 2 }, counts))).toContain(
      "delivered 2 times are not delivered again: 2 now",
    );
    expect(told(consumer({}, { max_deliver: 9 }, counts))).toContain("at most 2 now");
    expect(told(consumer({}, { max_deliver: 2 }, { num_ack_pending: 3 }))).toBe("safe: undefined");
  });

  it("is disrupted by a single delivery, whether a message is being processed now or not", () => {
    const once = (info: Partial<ConsumerInfo>) => told(consumer({}, { max_deliver: 1 }, info));
    const what = "messages that were delivered once are not delivered again";

    expect(once({ num_ack_pending: 3 })).toBe(`disruptive, held: ${what}: 3 messages being processed`);
    expect(once(IN_USE)).toBe(`disruptive, held: ${what}${because}`);
    expect(once({ num_pending: 20 })).toBe(`safe: ${what}; nothing uses that now`);
  });

  it("is only slowed by fewer unacknowledged messages", () => {
    const slowed = consumer({}, { max_ack_pending: 3 }, { num_ack_pending: 3 });

    expect(told(slowed)).toBe("safe: nothing more is delivered before some of 3 messages are acknowledged");
    expect(told(consumer({}, { max_ack_pending: 4 }, { num_ack_pending: 3 }))).toBe("safe: undefined");
  });

  it("that pushes is not moved while somebody is subscribed, and its group changes at the next restart", () => {
    const bound = { push_bound: true };

    expect(told(consumer({ deliver_subject: "d" }, { deliver_subject: "e" }, bound))).toContain("immutable, held");
    expect(told(consumer({ deliver_subject: "d" }, { deliver_subject: "e" }))).toContain("safe");
    const grouped = { deliver_subject: "d", deliver_group: "g" };
    expect(told(consumer(grouped, { deliver_group: "h" }, bound))).toContain(
      "disruptive, held: from the server's next",
    );
    expect(told(consumer(grouped, { deliver_group: "h" }))).toContain("safe");
  });

  it("that goes away when idle takes what interest retention keeps for it along", () => {
    const stored = { state: { ...EMPTY, ...HELD }, retention: "interest" as const, smallestRecord: 31, now: NOW };
    const decision = consumer({}, { inactive_threshold: SECOND }, { num_pending: 4, num_ack_pending: 1 }, { stored });

    expect(told(decision)).toContain("lossy, held");
    expect(decision.differences[0]?.verdict.forecast).toMatchObject({ messages: 5, certainty: "at most" });
  });

  it("with fewer replicas stands fewer failures; 0 is as many as its stream has", () => {
    const stored = { state: EMPTY, retention: undefined, smallestRecord: 31, now: NOW, replicas: 3 };
    const fewer = (from: number, to: number, server = CLUSTER) =>
      told(consumer({ num_replicas: from }, { num_replicas: to }, IN_USE, { server, stored }));

    expect(fewer(0, 1)).toContain("disruptive, held: it would stand the loss of no server instead of 1 server");
    expect(fewer(3, 0)).toBe("safe: undefined");
    expect(fewer(1, 3)).toBe("safe: undefined");
    expect(fewer(3, 1, NEWEST)).toBe("safe: undefined");
  });

  describe("and a narrower filter", () => {
    const narrow = (info: Partial<ConsumerInfo>, more: object = {}, also: Partial<DecisionInput> = {}) => {
      const stored = { state: { ...EMPTY, ...HELD }, retention: "limits", smallestRecord: 31, now: NOW, ...more };
      return consumer({ filter_subject: "s.>" }, { filter_subject: "s.a" }, info, {
        ...also,
        stored,
      } as Partial<DecisionInput>);
    };
    const storedOn = (subjects: Record<string, number>) => ({
      storedOn: new Map([["s.>", { subjects: new Map(Object.entries(subjects)), complete: true }]]),
    });

    it("is disruptive where it is in use and messages are stored on what it no longer gets", () => {
      expect(told(narrow(IN_USE, storedOn({ "s.a": 4, "s.b": 2 })))).toBe(
        "disruptive, held: of messages on s.>, only those on s.a are delivered from now on" +
          `${because}, and its stream: it holds 2 messages there (2 on s.b)`,
      );
      expect(told(narrow(IN_USE, storedOn({ "s.a": 4 })))).toContain("safe");
      expect(told(narrow({}, storedOn({ "s.b": 2 })))).toContain("safe");
    });

    it("is held where that is not known", () => {
      expect(narrow(IN_USE).differences[0]).toMatchObject({
        held: true,
        verdict: { impact: "disruptive", needs: ["storedOn"], storedOn: ["s.>"] },
      });
    });

    it("of a work queue is disruptive, unless another declared consumer gets the rest", () => {
      const queue = { retention: "workqueue" };

      expect(told(narrow(IN_USE, queue))).toContain("disruptive, held");
      expect(told(narrow(IN_USE, queue, { heirOf: () => "consumer/S/D" }))).toBe("safe: s.> goes to consumer/S/D");
      expect(told(narrow(IN_USE, storedOn({ "s.b": 2 }), { heirOf: () => "consumer/S/D" }))).toContain("disruptive");
    });

    it("of interest retention loses what is stored; where nothing is, only what comes", () => {
      const interest = { retention: "interest" };

      expect(told(narrow(IN_USE, interest))).toContain("lossy, held");
      expect(told(narrow(IN_USE, { ...interest, state: EMPTY }))).toContain("disruptive, held");
      expect(told(narrow(IN_USE, interest, { server: OLD }))).toContain("disruptive, held");
    });
  });
});

it.each([
  [0, "0 s ago"],
  [59_999, "59 s ago"],
  [60_000, "1 minute ago"],
  [7_199_999, "1 hour ago"],
  [86_400_000 * 3, "3 days ago"],
  [-5_000, "0 s ago"],
])("a time %i ms back is told as %s", (passed, expected) => {
  expect(agoText(new Date(NOW - passed).toISOString(), NOW)).toBe(expected);
});
