import { describe, expect, it } from "vitest";
import type { Republish, StreamConfig } from "../../../lib/jetstream/types.ts";
import type { BrokerState } from "../../../lib/observe/broker-state.ts";
import type { StoredSubjects } from "../../../lib/observe/evidence.ts";
import { NO_EXTRA_READS } from "../../../lib/observe/extra-reads.ts";
import { movesAmong } from "../../../lib/plan/disruption/moves.ts";
import { dependsOnUnreadCopies, evidenceGaps } from "../../../lib/plan/evidence-gaps.ts";
import type { Copies, Copy, Move, Verdict } from "../../../lib/plan/fields/field.ts";
import { canonicalConfig, type Fields, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import { makePlan } from "../../../lib/plan/plan.ts";
import type { Stored } from "../../../lib/plan/stored.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { decideStream, EMPTY, NEWEST, NOW } from "./question.ts";

const HELD = { messages: 20, bytes: 2000, num_subjects: 2, last_seq: 20, last_ts: "2025-12-31T23:59:57Z" };
const IN_USE = " (S is in use: it holds 12 messages there)";

interface Situation {
  /** The old stream, beside its subjects. */
  live?: Partial<StreamConfig>;
  /** The new stream. */
  heir?: Partial<StreamConfig>;
  /** What the new stream holds; not given: it is yet to be created. */
  heirHolds?: Partial<Stored["state"]>;
  heirStoredOn?: Stored["storedOn"];
  copies?: Partial<Copies>;
  state?: Partial<Stored["state"]>;
  evidence?: Partial<Stored>;
}

const storedOn = (filter: string, subjects: Record<string, number>, complete = true) =>
  new Map<string, StoredSubjects>([[filter, { subjects: new Map(Object.entries(subjects)), complete }]]);

/** The verdict on `[s.a, s.b] → [s.a]` where stream T takes s.b over. */
function verdictOf(situation: Situation): Verdict {
  const { live = {}, heir = {}, heirHolds, heirStoredOn, copies, state = HELD, evidence } = situation;
  const config = canonicalConfig(STREAM_TABLE, { name: "T", subjects: ["s.b"], ...heir } as Fields, NEWEST);
  const stored = heirHolds && {
    state: { ...EMPTY, ...heirHolds },
    retention: "limits" as const,
    smallestRecord: 31,
    now: NOW,
    ...(heirStoredOn ? { storedOn: heirStoredOn } : {}),
  };
  const move: Move = { subject: "s.b", to: "stream/T", stream: "T", kind: "stream", config: config as never };
  const { differences } = decideStream(
    { subjects: ["s.a", "s.b"], ...live },
    { subjects: ["s.a"], ...live },
    {
      state,
      evidence: evidence ?? { storedOn: storedOn("s.b", { "s.b": 12 }) },
      heirOf: () => "stream/T",
      moves: {
        of: () => [stored ? { ...move, stored } : move],
        copies: () => ({ known: [], unread: [], ...copies }),
      },
    },
  );
  expect(differences).toHaveLength(1);
  expect(differences[0]?.held).toBe(differences[0]?.verdict.impact !== "safe");
  return differences[0]?.verdict as Verdict;
}

const told = (situation: Situation) => {
  const { impact, reason } = verdictOf(situation);
  return `${impact}: ${reason}`;
};
const SAFE = "safe: s.b goes to stream/T";

const copy = (more: Partial<Copy>): Copy => {
  const now = more.now ?? [{ name: "S" }];
  return { id: "stream/COPY", stream: "COPY", isMirror: false, now, after: now, ...more };
};

describe("a subject that moves away from a stream that others copy", () => {
  const copied = (more: Partial<Copy>, rest: Situation = {}) => told({ ...rest, copies: { known: [copy(more)] } });
  const fromSource =
    "disruptive: s.b goes to stream/T: stream/COPY takes it from S and would get no more of it: declare T as one of its sources too";

  it("names the stream that has it as a source, and what to declare", () => {
    expect(copied({})).toBe(fromSource);
    expect(copied({ now: [{ name: "S", filter_subject: "s.*" }] })).toBe(fromSource);
    const subject_transforms = [{ src: "s.b", dest: "t" }];
    expect(copied({ now: [{ name: "S", subject_transforms }] })).toBe(fromSource);
  });

  it("names the mirror, which cannot take from both", () => {
    expect(copied({ isMirror: true })).toBe(
      "disruptive: s.b goes to stream/T: stream/COPY mirrors S and would get no more of it: only a stream with S and T as its sources gets both",
    );
  });

  it("is safe where the copy takes other subjects, other streams, or is the new stream itself", () => {
    expect(copied({ now: [{ name: "S", filter_subject: "s.a" }] })).toBe(SAFE);
    expect(copied({ now: [{ name: "S", subject_transforms: [{ src: "s.a", dest: "t" }] }] })).toBe(SAFE);
    expect(copied({ now: [{ name: "OTHER" }] })).toBe(SAFE);
    expect(copied({ stream: "T" })).toBe(SAFE);
  });

  it("is safe where the copy is to take it from the new stream too, and only then", () => {
    const now = [{ name: "S" }];
    const takingFrom = (...sources: Copy["after"]) => copied({ now, after: sources });

    expect(takingFrom({ name: "S" }, { name: "T" })).toBe(SAFE);
    expect(takingFrom({ name: "S" }, { name: "T", filter_subject: "s.*" })).toBe(SAFE);
    expect(takingFrom({ name: "S" }, { name: "T", filter_subject: "t" })).toBe(fromSource);
    // That source is held as a change of its own, and nothing would be taken from the new one.
    expect(takingFrom({ name: "T" })).toBe(fromSource);
  });

  it("is disruptive where the old stream stores it under another subject, which no filter can be compared with", () => {
    const live = { subject_transform: { src: "s.b", dest: "elsewhere" } };

    expect(copied({ now: [{ name: "S", filter_subject: "elsewhere" }] }, { live })).toBe(fromSource);
  });

  it("is safe where the old stream never had a message, and not where all have expired", () => {
    expect(copied({}, { state: {} })).toBe(SAFE);
    expect(copied({}, { state: { last_seq: 20, first_seq: 21 } })).toBe(fromSource);
  });

  it("is held where streams were not read, and asks for them", () => {
    const verdict = verdictOf({ copies: { unread: ["OTHER"] } });

    expect(verdict).toMatchObject({
      impact: "disruptive",
      reason: "s.b goes to stream/T: whether OTHER copies it is not known",
      needsCopies: true,
    });
    expect(told({ copies: { unread: ["A", "B"] } })).toContain("whether one of 2 other streams copies it is not known");
    const unknown = verdictOf({ copies: { unread: undefined } });
    expect(unknown.reason).toContain("which streams copy it is not known");
    expect(unknown.needsCopies).toBeUndefined();
  });
});

describe("a subject that moves away from a stream that republishes it", () => {
  const republish = { src: "s.*", dest: "again.>" };
  const republished = (now: Republish | undefined, before: Republish = republish) =>
    told({ live: { republish: before }, heir: now ? { republish: now } : {} });
  const remedy = ": declare the same republish for stream/T";
  const lost = "disruptive: s.b goes to stream/T: S republishes it as again.>, and stream/T republishes";

  it.each<[string, Republish | undefined, string]>([
    ["nothing", undefined, `${lost} nothing${remedy}`],
    ["as another one", { src: "s.*", dest: "other.>" }, `${lost} as other.>${remedy}`],
    ["other subjects", { src: "t", dest: "again.>" }, `${lost} t${remedy}`],
    ["headers only", { ...republish, headers_only: true }, `${lost} headers only${remedy}`],
    ["the same", republish, SAFE],
    ["more", { src: ">", dest: "again.>" }, SAFE],
  ])("to one that republishes %s", (_title, now, expected) => {
    expect(republished(now)).toBe(expected);
  });

  it("is safe where it republishes other subjects only", () => {
    expect(republished(undefined, { src: "s.a", dest: "again.>" })).toBe(SAFE);
  });
});

describe("a subject that moves to a stream that refuses what the old one takes", () => {
  const full = { messages: 2, bytes: 62 };
  const fullBy = (field: string, value: string, holds: string) =>
    `disruptive: s.b goes to stream/T: stream/T is full and refuses new messages (discard new, ${field} ${value}, it holds ${holds}), and S takes them: raise ${field} of stream/T${IN_USE}`;

  it.each<[string, Situation, string]>([
    ["its count of messages", { heir: { discard: "new", max_msgs: 2 } }, fullBy("maxMsgs", "2", "2 messages")],
    ["its size", { heir: { discard: "new", max_bytes: 92 } }, fullBy("maxBytes", "92B", "62 bytes")],
    ["no count: there is room for one", { heir: { discard: "new", max_msgs: 3 } }, SAFE],
    ["no size: there is room for the smallest", { heir: { discard: "new", max_bytes: 93 } }, SAFE],
    ["a count beyond which it discards old messages", { heir: { max_msgs: 2 } }, SAFE],
    [
      "its count, as the old one is too",
      { heir: { discard: "new", max_msgs: 2 }, live: { discard: "new", max_msgs: 20 } },
      SAFE,
    ],
  ])("full by %s", (_title, situation, expected) => {
    expect(told({ heirHolds: full, ...situation })).toBe(expected);
  });

  it("is safe where the new stream is empty or yet to be created", () => {
    const heir = { discard: "new" as const, max_msgs: 1 };

    expect(told({ heir })).toBe(SAFE);
    expect(told({ heir, heirHolds: {} })).toBe(SAFE);
  });

  describe("full on that subject", () => {
    const heir = { discard: "new" as const, discard_new_per_subject: true, max_msgs_per_subject: 2 };
    const heirHolds = { messages: 5, bytes: 155, num_subjects: 3 };
    const what =
      "disruptive: s.b goes to stream/T: stream/T refuses messages on subjects that hold 2 (discardNewPerSubject, maxMsgsPerSubject 2)";
    const remedy = `: raise maxMsgsPerSubject of stream/T${IN_USE}`;
    const holding = (subjects: Record<string, number>, complete = true) =>
      told({ heir, heirHolds, heirStoredOn: storedOn("s.b", subjects, complete) });

    it("names the subject that is", () => {
      expect(holding({ "s.b": 2 })).toBe(`${what}, as s.b does there${remedy}`);
      expect(holding({ "s.b": 2, "s.c": 3, "s.d": 1 })).toBe(`${what}, as s.b and 1 other subject do there${remedy}`);
    });

    it("is safe where none is, and held where there are too many to look at", () => {
      expect(holding({ "s.b": 1 })).toBe(SAFE);
      expect(holding({})).toBe(SAFE);
      expect(holding({ "s.b": 1 }, false)).toBe(`${what}, and it has too many subjects to look at${remedy}`);
    });

    it("is held where it was not read, and asks for it of the new stream", () => {
      const verdict = verdictOf({ heir, heirHolds });

      expect(verdict.reason).toContain("and how many it holds there is not known");
      expect(verdict.ofHeirs).toEqual([{ stream: "T", state: { ...EMPTY, ...heirHolds }, storedOn: ["s.b"] }]);
    });

    it("is safe without a look where no subject can hold so many, and where the limit refuses nothing", () => {
      expect(told({ heir, heirHolds: { messages: 3, bytes: 93, num_subjects: 3 } })).toBe(SAFE);
      expect(told({ heir: { ...heir, discard_new_per_subject: false }, heirHolds })).toBe(SAFE);
      expect(told({ heir: { ...heir, max_msgs_per_subject: -1 }, heirHolds })).toBe(SAFE);
      expect(told({ heir })).toBe(SAFE);
    });
  });

  it.each<[string, Situation, string]>([
    [
      "a smaller one than any",
      { heir: { max_msg_size: 1024 } },
      `disruptive: s.b goes to stream/T: stream/T refuses messages larger than 1KiB (maxMsgSize), and S takes any size, it holds 20 of 100 bytes on average: raise maxMsgSize of stream/T${IN_USE}`,
    ],
    [
      "a smaller one than the old one's",
      { heir: { max_msg_size: 1024 }, live: { max_msg_size: 2048 } },
      `disruptive: s.b goes to stream/T: stream/T refuses messages larger than 1KiB (maxMsgSize), and S takes up to 2KiB, it holds 20 of 100 bytes on average: raise maxMsgSize of stream/T${IN_USE}`,
    ],
    ["the same", { heir: { max_msg_size: 1024 }, live: { max_msg_size: 1024 } }, SAFE],
    ["a larger one", { heir: { max_msg_size: 2048 }, live: { max_msg_size: 1024 } }, SAFE],
    ["none", { live: { max_msg_size: 1024 } }, SAFE],
    ["one that all of it together fits in", { heir: { max_msg_size: 1411 } }, SAFE],
  ])("with a message size: %s", (_title, situation, expected) => {
    expect(told(situation)).toBe(expected);
  });

  it.each<[keyof StreamConfig, boolean, string, string]>([
    ["no_ack", true, "acknowledges no message", "noAck"],
    ["allow_rollup_hdrs", false, "refuses messages that roll up others", "allowRollupHdrs"],
    ["allow_msg_ttl", false, "refuses messages with their own TTL", "allowMsgTtl"],
    ["allow_msg_counter", false, "refuses counter messages", "allowMsgCounter"],
    ["allow_msg_counter", true, "refuses messages that count nothing", "allowMsgCounter"],
    ["allow_atomic", false, "refuses atomic batches", "allowAtomic"],
    ["allow_batched", false, "refuses batches", "allowBatched"],
  ])("by a flag: %s %s", (field, value, what, name) => {
    expect(told({ live: { [field]: !value }, heir: { [field]: value } })).toBe(
      `disruptive: s.b goes to stream/T: stream/T ${what} (${name} is ${value} there and ${!value} in S): declare ${name}: ${!value} for stream/T${IN_USE}`,
    );
    expect(told({ live: { [field]: value }, heir: { [field]: value } })).toBe(SAFE);
  });

  it("by a flag: allow_msg_schedules, which the server gives roll-ups too", () => {
    expect(told({ live: { allow_msg_schedules: true, allow_rollup_hdrs: true } })).toContain(
      "stream/T refuses message schedules (allowMsgSchedules is false there and true in S): declare allowMsgSchedules: true for stream/T",
    );
  });

  it("sealed, which is said and nothing else", () => {
    expect(told({ heir: { sealed: true, no_ack: true }, heirHolds: full })).toBe(
      `disruptive: s.b goes to stream/T: stream/T is sealed and S is not: move it to another stream${IN_USE}`,
    );
  });

  it("is safe where nothing uses the subject, and held where that is not known", () => {
    const heir = { no_ack: true };
    const unread = verdictOf({ heir, evidence: {} });

    expect(told({ heir, evidence: { storedOn: storedOn("s.b", {}) } })).toBe(SAFE);
    expect(told({ heir, state: {} })).toBe(SAFE);
    expect(unread).toMatchObject({ impact: "disruptive", needs: ["storedOn"], storedOn: ["s.b"] });
    expect(unread.reason).toContain("(S is in use: whether any are stored on it is not known)");
  });

  it("says all that stops, each once", () => {
    const republish = { src: "s.b", dest: "again" };
    const both = told({ live: { republish }, heir: { no_ack: true, max_msg_size: 10 } });

    expect(both.split("; ")).toEqual([
      expect.stringContaining("S republishes it as again"),
      expect.stringContaining("larger than 10B"),
      expect.stringContaining("acknowledges no message"),
    ]);
  });
});

describe("a plan that moves a subject", () => {
  const streamInfo = (config: StreamConfig, state = {}) => ({ config, state: { ...EMPTY, ...state } });
  const S = { name: "S", subjects: ["s.a", "s.b"] };

  function seenOf(
    configs: Record<string, StreamConfig>,
    more: Partial<BrokerState> = {},
    names = Object.keys(configs),
  ): BrokerState {
    const live = {
      account: undefined,
      user: { account: undefined, permissions: undefined },
      streams: new Map(
        Object.entries(configs).map(([name, config]) => [
          `stream/${name}`,
          streamInfo(config, name === "S" ? HELD : {}),
        ]),
      ),
      consumers: new Map(),
      streamNames: names,
      warnings: [],
      readAt: NOW,
    };
    const rest = {
      server: NEWEST,
      undeclaredConsumers: [],
      undeclaredStreams: new Map(),
      evidence: new Map(),
      extra: NO_EXTRA_READS,
    };
    return { live, ...rest, ...more } as unknown as BrokerState;
  }
  const resolved = (...streams: NonNullable<Topology["streams"]>) => resolveTopology({ name: "shop", streams });
  const planOf = (topology: ReturnType<typeof resolved>, seen: BrokerState) =>
    makePlan(topology, topology.resources, seen);
  const reasonOf = (plan: ReturnType<typeof makePlan>) => {
    const action = plan.actions.find(({ resource }) => resource.id === "stream/S");
    if (action?.does !== "update" && action?.does !== "hold")
      throw new Error(`S is not decided about: ${action?.does}`);
    return action.decision.differences.find(({ field }) => field === "subjects")?.verdict.reason;
  };
  const moved = resolved({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["s.b"] });

  it("finds copies among declared, undeclared and ignored streams, and asks for those that were not read", () => {
    const first = planOf(moved, seenOf({ S }, {}, ["S", "COPY"]));
    const undeclared = { owner: undefined, holds: { messages: 0, bytes: 0, consumers: 0 }, allowDirect: false };
    const read = (sources: StreamConfig["sources"]) =>
      planOf(
        moved,
        seenOf({ S }, { undeclaredStreams: new Map([["COPY", { ...undeclared, sources }]]) }, ["S", "COPY"]),
      );

    expect(dependsOnUnreadCopies(first)).toBe(true);
    expect(reasonOf(first)).toBe("s.b goes to stream/T: whether COPY copies it is not known");
    expect(reasonOf(read([{ name: "S" }]))).toContain("stream/COPY takes it from S");
    const external = { api: "$JS.other.API" };
    expect(reasonOf(read([{ name: "S", external }]))).toBe("s.b goes to stream/T");
    expect(dependsOnUnreadCopies(read(undefined))).toBe(false);
  });

  it("judges the new stream by what the topology wants of it over what is live", () => {
    const T = { name: "T", subjects: ["t"], no_ack: true };
    const to = (more: object) =>
      reasonOf(
        planOf(
          resolved({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["t", "s.b"], ...more }),
          seenOf({ S, T }),
        ),
      );

    expect(to({})).toContain("stream/T acknowledges no message");
    expect(to({ noAck: false })).toBe("s.b goes to stream/T");
    expect(to({ exact: true })).toBe("s.b goes to stream/T");
  });

  it("asks what the new stream holds on the subject", () => {
    const T: StreamConfig = {
      name: "T",
      subjects: ["t"],
      discard: "new",
      discard_new_per_subject: true,
      max_msgs_per_subject: 1,
    };
    const seen = seenOf({ S, T });
    const info = seen.live.streams.get("stream/T") as { state: object };
    Object.assign(info.state, { messages: 5, num_subjects: 2 });
    const plan = planOf(resolved({ name: "S", subjects: ["s.a"] }, { name: "T", subjects: ["t", "s.b"] }), seen);

    expect(evidenceGaps(plan).map(({ stream, needs, storedOn }) => ({ stream, needs, storedOn }))).toEqual([
      { stream: "S", needs: ["storedOn"], storedOn: ["s.b"] },
      { stream: "T", needs: ["storedOn"], storedOn: ["s.b"] },
    ]);
  });

  it("knows each new owner of a part, and leaves out the giver, observed streams and those not looked at", () => {
    const topology = resolved(
      { name: "S", subjects: ["s.a"] },
      { name: "T", subjects: ["s.*.x"] },
      { name: "U", subjects: ["s.c"] },
      { name: "V", subjects: ["s.d"], manage: "observe" },
    );
    const [s] = topology.resources;
    const moves = (resources = topology.resources) => {
      const from = movesAmong(resources, seenOf({ S }));
      if (s === undefined || s.kind === "consumer") throw new Error("S is not declared");
      return from
        .from(s)
        .of("s.>")
        .map(({ to, subject }) => `${subject} ${to}`);
    };

    expect(moves().sort()).toEqual(["s.*.x stream/T", "s.c stream/U"]);
    expect(moves(topology.resources.slice(0, 2))).toEqual(["s.*.x stream/T"]);
  });

  it("says what the move stops beside a subject that nobody takes over", () => {
    const live = { ...S, subjects: ["s.a", "s.b", "s.c"] };
    const T = { name: "T", subjects: ["s.b"], noAck: true };
    const seen = seenOf(
      { S: live },
      {
        evidence: new Map([["S", { storedOn: new Map([...storedOn("s.b", { "s.b": 12 }), ...storedOn("s.c", {})]) }]]),
      },
    );

    expect(reasonOf(planOf(resolved({ name: "S", subjects: ["s.a"] }, T), seen))).toBe(
      `messages on s.c are no longer stored; nothing uses that now; s.b goes to stream/T: stream/T acknowledges no message (noAck is true there and false in S): declare noAck: false for stream/T${IN_USE}`,
    );
  });
});
