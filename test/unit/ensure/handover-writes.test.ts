import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { orderOf } from "../../../lib/ensure/order.ts";
import { planLive } from "../../../lib/ensure/plan-live.ts";
import { type RunOptions, run } from "../../../lib/ensure/run.ts";
import { carryOutHandover } from "../../../lib/ensure/subject-handover/carry-out-handover.ts";
import { jetStreamApi } from "../../../lib/jetstream/api.ts";
import type { StreamConfig } from "../../../lib/jetstream/types.ts";
import { approvable } from "../../../lib/report/next-steps.ts";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { Result } from "../../../lib/report/result.ts";
import { covers } from "../../../lib/subjects/subjects.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { FakeBroker, type FakeRequest, type Trouble } from "../../support/fake-broker.ts";
import { HANDOVERS, type HandoverCase } from "../../support/handovers.ts";

/*
 * Subjects that move from one stream to another, on a broker in memory: every write of the run in turn meets every
 * trouble. On real servers, with publishers: test/broker/ensure/handover.test.ts and test/faults.
 */

function brokerWith(live: StreamConfig[]): FakeBroker {
  const broker = new FakeBroker();
  for (const config of live) broker.add(config);
  return broker;
}

function ensure(broker: FakeBroker, topology: Topology, options: Partial<RunOptions> = {}): Promise<Result> {
  const connect = async () => {
    broker.closed = false;
    return broker.connection();
  };
  return run({ topology: resolveTopology(topology), connect, mode: "ensure", trigger: "test", ...options });
}

const subjectsNow = (broker: FakeBroker) =>
  Object.fromEntries([...broker.streams].map(([name, { config }]) => [name, config.subjects ?? []]));
const unstored = (broker: FakeBroker, { subjects }: HandoverCase) => {
  const stored = Object.values(subjectsNow(broker)).flat();
  return subjects.filter((subject) => !stored.some((each) => covers(each, subject)));
};

/** What a report says of subjects that is not so. */
function untrue(broker: FakeBroker, { resources }: Result): string[] {
  const now = subjectsNow(broker);
  return resources.flatMap(({ id, outcome, differences }) => {
    const live = now[id.slice("stream/".length)];
    if (outcome === "created") return live ? [] : [`${id} was not created`];
    const difference = differences.find(({ field }) => field === "subjects");
    if (!difference || !live) return [];
    const said = difference.outcome === "applied" ? difference.declared : difference.live;
    return JSON.stringify([...(said as string[])].sort()) === JSON.stringify([...live].sort())
      ? []
      : [`${id} is said to have ${JSON.stringify(said)}, and has ${JSON.stringify(live)}`];
  });
}

/** The trouble from a run's nth write on: with every later try of the same request, as a server would. */
function troubleAt(broker: FakeBroker, nth: number, trouble: Trouble) {
  let writes = 0;
  let verb: string | undefined;
  let isGivenBack = false;
  broker.troubles.push((request: FakeRequest) => {
    if (!/^STREAM\.(CREATE|UPDATE)/.test(request.verb)) return undefined;
    writes += 1;
    if (writes === nth) verb = request.verb;
    if (verb === undefined || request.verb !== verb) {
      isGivenBack ||= verb !== undefined;
      return undefined;
    }
    // A stream that could not be updated once can be later, when it gets something back.
    return isGivenBack ? undefined : trouble;
  });
}

const TROUBLES: [string, Trouble][] = [
  ["denied", "denied"],
  ["refused", { code: 10052, description: "no good" }],
  ["unanswered and not carried out", "silence"],
  ["carried out and unanswered", "lost"],
  ["cut off", "cut"],
];

afterEach(() => void vi.useRealTimers());

describe.each(HANDOVERS)("a subject is always somebody's: $title", (handover) => {
  const { topology, live, writes } = handover;

  it("is done with so many writes, each release right before its claim, and nothing is left to do", async () => {
    const broker = brokerWith(live);
    const result = await ensure(broker, topology);

    expect(result).toMatchObject({ converged: true });
    expect(broker.writes.map((verb) => verb.replace("STREAM.", ""))).toEqual(writes);
    expect(unstored(broker, handover)).toEqual([]);
    expect(await ensure(broker, topology)).toMatchObject({ converged: true, requests: { write: 0 } });
  });

  describe.each(TROUBLES)("a write is %s", (_, trouble) => {
    it.each(writes.map((verb, at) => [at + 1, verb] as const))("write %i, %s", async (nth) => {
      const broker = brokerWith(live);
      troubleAt(broker, nth, trouble);
      const result = await ensure(broker, topology);

      expect(unstored(broker, handover)).toEqual([]);
      expect(untrue(broker, result)).toEqual([]);

      broker.troubles = [];
      expect(await ensure(broker, topology)).toMatchObject({ converged: true });
      expect(unstored(broker, handover)).toEqual([]);
      expect(await ensure(broker, topology)).toMatchObject({ converged: true, requests: { write: 0 } });
    });
  });

  it.each(writes.map((verb, at) => [at + 1, verb] as const))("the time is up at write %i, %s", async (nth) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const broker = brokerWith(live);
    let count = 0;
    broker.troubles.push(({ verb }) => {
      if (!/^STREAM\.(CREATE|UPDATE)/.test(verb)) return undefined;
      count += 1;
      // What is left then is the time that is reserved for giving back.
      if (count !== nth) return undefined;
      vi.setSystemTime(Date.now() + 7500);
      return "silence";
    });
    const result = await ensure(broker, topology, { deadline: Date.now() + 10_000 });

    expect(unstored(broker, handover)).toEqual([]);
    expect(untrue(broker, result)).toEqual([]);
    expect(result.converged).toBe(false);
  });

  it("does not begin where the time may not suffice for giving back", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const broker = brokerWith(live);
    broker.troubles.push(
      ({ verb }) => void (verb.startsWith("STREAM.CREATE.FIRST") && vi.setSystemTime(Date.now() + 6500)),
    );
    const streams = [{ name: "FIRST" }, ...(topology.streams ?? [])].map((stream) =>
      stream.name === "A" ? { ...stream, sources: [{ name: "FIRST" }] } : stream,
    );
    const result = await ensure(broker, { ...topology, streams }, { deadline: Date.now() + 10_000 });

    expect(broker.writes).toEqual(["STREAM.CREATE.FIRST"]);
    expect(untrue(broker, result)).toEqual([]);
    expect(JSON.stringify(result.resources.slice(1))).toContain("It was not reached before the run's time was up");
  });

  it.each(writes.map((verb, at) => [at + 1, verb] as const))("the process is killed at write %i, %s", async (nth) => {
    const broker = brokerWith(live);
    let count = 0;
    broker.troubles.push(({ verb }) => {
      if (/^STREAM\.(CREATE|UPDATE)/.test(verb)) count += 1;
      return count >= nth ? "denied" : undefined;
    });
    await ensure(broker, topology);
    const left = unstored(broker, handover);
    broker.troubles = [];

    const next = await ensure(broker, topology);

    expect(next).toMatchObject({ converged: true });
    expect(unstored(broker, handover)).toEqual([]);
    const mended = next.resources.filter(({ differences }) => differences.some(({ field }) => field === "subjects"));
    for (const subject of left) {
      const taker = topology.streams?.find(({ subjects = [] }) => subjects.some((each) => covers(each, subject)));
      const reasons = mended.find(({ id }) => id === `stream/${taker?.name}`)?.differences.map(({ reason }) => reason);
      if (reasons) expect(reasons.join()).toContain("until now");
    }
  });
});

describe("a subject that cannot be given back", () => {
  const [plain] = HANDOVERS;
  if (!plain) throw new Error("there is one");

  it("is an error of its own, which fails the run and says what to do", async () => {
    const broker = brokerWith(plain.live);
    let count = 0;
    broker.troubles.push(({ verb }) => {
      if (/^STREAM\.(CREATE|UPDATE)/.test(verb)) count += 1;
      return count > 1 ? "denied" : undefined;
    });
    const result = await ensure(broker, plain.topology);

    const owner = result.resources.find(({ id }) => id === "stream/A");
    expect(owner).toMatchObject({ outcome: "failed", error: { class: "auth" } });
    expect(owner?.error?.message).toContain("NO STREAM MAY STORE S1 NOW");
    expect(owner?.error?.message).toContain("nats stream edit 'A' --force --subjects 'a' --subjects 'S1'");
  });

  it("is named in a command that a shell takes, also with a quote in it", async () => {
    const broker = brokerWith([{ name: "A", subjects: ["a", "it's"] }]);
    broker.troubles.push(({ verb }) => (/CREATE/.test(verb) || broker.writes.length > 1 ? "denied" : undefined));
    const streams = [
      { name: "B", subjects: ["it's"] },
      { name: "A", subjects: ["a"] },
    ];
    const result = await ensure(broker, { name: "t", streams });

    const owner = result.resources.find(({ id }) => id === "stream/A");
    const command = /nats stream edit .*$/.exec(owner?.error?.message ?? "")?.[0] ?? "";
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" });
    expect(words.trim().split("\n").slice(3)).toEqual(["A", "--force", "--subjects", "a", "--subjects", "it's"]);
  });

  it("belongs to a stream that somebody deletes meanwhile", async () => {
    const broker = brokerWith(plain.live);
    broker.troubles.push(({ verb }) => {
      if (verb !== "STREAM.UPDATE.B") return undefined;
      broker.streams.delete("A");
      return "denied";
    });
    const result = await ensure(broker, plain.topology);

    const owner = result.resources.find(({ id }) => id === "stream/A");
    expect(owner).toMatchObject({ outcome: "failed", error: { class: "conflict" } });
    expect(owner?.error?.message).toContain("giving it back failed. stream/A does not exist any more. Run again");
  });

  it("comes back from the config as it is then, and without what the server refused", async () => {
    const broker = brokerWith([
      { name: "A", subjects: ["a", "S1"], description: "old" },
      { name: "B", subjects: ["b"] },
    ]);
    const sent: StreamConfig[] = [];
    broker.troubles.push(({ verb, body }) => {
      if (verb === "STREAM.UPDATE.A") sent.push(body as unknown as StreamConfig);
      if (verb === "STREAM.UPDATE.A" && body.max_msgs === 5) return { code: 10052, description: "no limits here" };
      if (verb !== "STREAM.UPDATE.B") return undefined;
      broker.stream("A").config = { ...broker.stream("A").config, description: "somebody else's" };
      return "denied";
    });
    await ensure(broker, {
      name: "t",
      streams: [
        { name: "A", subjects: ["a"], maxMsgs: 5 },
        { name: "B", subjects: ["b", "S1"] },
      ],
    });

    expect(sent.at(-1)).toMatchObject({ subjects: ["a", "S1"], description: "somebody else's" });
    expect(sent.at(-1)).not.toHaveProperty("max_msgs");
    expect(subjectsNow(broker)).toEqual({ A: ["a", "S1"], B: ["b"] });
  });
});

describe("who stores a subject that is to be given back", () => {
  const [plain] = HANDOVERS;
  if (!plain) throw new Error("there is one");

  /** B's claim is refused, and from then on the names of streams are asked for in vain. */
  function brokerWithoutNames(trouble: Trouble): FakeBroker {
    const broker = brokerWith(plain?.live ?? []);
    let isRefused = false;
    broker.troubles.push(({ verb }) => {
      if (verb === "STREAM.UPDATE.B") isRefused = true;
      if (verb === "STREAM.UPDATE.B") return { code: 10052, description: "no good" };
      return isRefused && verb === "STREAM.NAMES" ? trouble : undefined;
    });
    return broker;
  }

  it("is asked of the declared streams where the user may not ask for names", async () => {
    const broker = brokerWithoutNames("denied");
    await ensure(broker, plain.topology);

    expect(subjectsNow(broker)).toEqual({ A: ["a", "S1"], B: ["b"] });
  });

  it("is an error that says so where nobody answers", async () => {
    const broker = brokerWithoutNames({ code: 10008, description: "not now" });
    const { resources } = await ensure(broker, plain.topology);

    expect(subjectsNow(broker)).toEqual({ A: ["a"], B: ["b"] });
    expect(resources.find(({ id }) => id === "stream/A")).toMatchObject({
      outcome: "failed",
      error: { class: "unavailable", message: expect.stringContaining("NO STREAM MAY STORE S1 NOW") },
    });
  });
});

describe("a stream that is created in a handover, and whose answer and look-up are lost", () => {
  const topology: Topology = {
    name: "t",
    streams: [
      { name: "B", subjects: ["m"], maxMsgs: 5 },
      { name: "A", subjects: ["a"] },
    ],
  };

  /** It can be looked up again only when the run asks who stores the subject. */
  async function ensureWithLostCreate(create: (broker: FakeBroker) => Trouble): Promise<[FakeBroker, Result]> {
    const broker = brokerWith([{ name: "A", subjects: ["a", "m"] }]);
    let [isCreated, isAnswering] = [false, true];
    broker.troubles.push(({ verb }) => {
      if (verb === "STREAM.NAMES") isAnswering = true;
      if (verb === "STREAM.INFO.B") return isAnswering ? undefined : "silence";
      if (verb !== "STREAM.CREATE.B" || isCreated) return undefined;
      [isCreated, isAnswering] = [true, false];
      return create(broker);
    });
    return [broker, await ensure(broker, topology)];
  }

  it("is told as created where it is there as asked", async () => {
    const [broker, { resources, converged }] = await ensureWithLostCreate(() => "lost");

    expect(subjectsNow(broker)).toEqual({ A: ["a"], B: ["m"] });
    expect(resources.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["stream/B", "created"],
      ["stream/A", "updated"],
    ]);
    expect(converged).toBe(true);
  });

  it("is told as failed where somebody made another one", async () => {
    const [broker, { resources }] = await ensureWithLostCreate((broker) => {
      broker.add({ name: "B", subjects: ["m"], max_msgs: 7 });
      return "silence";
    });

    expect(subjectsNow(broker)).toEqual({ A: ["a"], B: ["m"] });
    expect(resources.find(({ id }) => id === "stream/B")?.outcome).toBe("failed");
  });
});

describe("a connection that breaks between a release and its claim", () => {
  const [plain] = HANDOVERS;
  if (!plain) throw new Error("there is one");

  /** The first connection breaks at the claim, and the second one cannot be opened for this reason. */
  async function ensureUnableToReconnect(reason: Error): Promise<Result> {
    const broker = brokerWith(plain?.live ?? []);
    broker.troubles.push(({ verb }) => (verb === "STREAM.UPDATE.B" ? "cut" : undefined));
    const connections = [broker.connection()];
    const connect = async () => {
      const connection = connections.pop();
      if (!connection) throw reason;
      return connection;
    };
    return ensure(broker, plain?.topology ?? { name: "t" }, { connect });
  }

  it.each(["auth", "config", "unavailable"])("and whose credentials cannot be read is of class %s", async (kind) => {
    const reason = Object.assign(new Error("The function may not read /orders/nats/creds."), { class: kind });
    const { resources } = await ensureUnableToReconnect(reason);

    const error = resources.find(({ id }) => id === "stream/A")?.error;
    expect(error?.class).toBe(kind);
    expect(error?.message).toMatch(/^NO STREAM MAY STORE S1 NOW.*The function may not read \/orders\/nats\/creds\./);
  });

  it("and that fails to open for a reason without a class is of class unknown", async () => {
    const { resources } = await ensureUnableToReconnect(new TypeError("x is not a function"));

    expect(resources.find(({ id }) => id === "stream/A")).toMatchObject({
      outcome: "failed",
      error: { class: "unknown" },
    });
  });
});

it("a defect between a release and its claim ends the run, and the subject is given back all the same", async () => {
  const [plain] = HANDOVERS;
  if (!plain) throw new Error("there is one");
  const broker = brokerWith(plain.live);
  const api = jetStreamApi(broker.connection(), {});
  const topology = resolveTopology(plain.topology);
  const server = { version: "2.15.2", apiLevel: null, cluster: null };
  const { plan } = await planLive(api, topology, topology.resources, () => server);
  const [unit] = orderOf(plan.actions);
  if (!unit?.handover) throw new Error("the two streams are not one unit");
  const defective: typeof api = {
    ...api,
    updateStream: (config) =>
      config.name === "B" ? Promise.reject(new TypeError("a defect")) : api.updateStream(config),
  };
  const lastApi = async () => api;
  const never = Number.POSITIVE_INFINITY;
  const context = { server, api: defective, startBefore: never, deadline: never, lastApi, width: 12 };

  await expect(carryOutHandover(unit.actions, unit.handover, context)).rejects.toThrow("a defect");
  expect(subjectsNow(broker)).toEqual({ A: ["a", "S1"], B: ["b"] });
});

describe("a stream that the user may not write lets another keep its subjects", () => {
  const [plain] = HANDOVERS;
  if (!plain) throw new Error("there is one");
  const deny = (verb: string) => ({ publish: { deny: [`$JS.API.${verb}`] } });

  it.each(["STREAM.UPDATE.B", "STREAM.UPDATE.A", "STREAM.*.B"])("%s is forbidden", async (verb) => {
    const broker = brokerWith(plain.live);
    broker.troubles.push((request) =>
      request.verb === "$SYS.REQ.USER.INFO" ? { answer: { data: { permissions: deny(verb) } } } : undefined,
    );
    const plan = await ensure(broker, plain.topology, { mode: "plan" });
    const result = await ensure(broker, plain.topology);

    expect(plan.summary).toMatchObject({ toUpdate: 2 });
    expect(broker.writes).toEqual([]);
    expect(result.resources.map(({ outcome }) => outcome)).toEqual(["held", "held"]);
    expect(JSON.stringify(result.resources)).toContain("The user may not publish to STREAM.UPDATE.");
    expect(untrue(broker, result)).toEqual([]);
  });
});

describe("a stream keeps what another declared one cannot take", () => {
  const live = [
    { name: "A", subjects: ["a", "S1"] },
    { name: "B", subjects: ["b"] },
  ];
  const streams = [
    { name: "A", subjects: ["a"] },
    { name: "B", subjects: ["b", "S1"] },
  ];

  it("which is only observed", async () => {
    const broker = brokerWith(live);
    await ensure(broker, {
      name: "t",
      streams: streams.map((each) => (each.name === "B" ? { ...each, manage: "observe" } : each)),
    });

    expect(broker.writes).toEqual([]);
  });

  it("which could not be read", async () => {
    const broker = brokerWith(live);
    broker.troubles.push(({ verb }) => (verb === "STREAM.INFO.B" ? "denied" : undefined));
    await ensure(broker, { name: "t", streams });

    expect(broker.writes).toEqual([]);
  });

  it("which this run does not look at", async () => {
    const broker = brokerWith(live);
    const result = await ensure(broker, { name: "t", streams }, { only: ["stream/A"] });

    expect(broker.writes).toEqual([]);
    expect(result.resources[0]?.error?.message).toContain(
      "It keeps S1: stream/B, which is to take it over, is not part of this run, so that nobody would store it: " +
        "run for stream/B too (--only 'stream/A' 'stream/B').",
    );
  });

  it("which this run does not look at, as no approval can change: none is offered, and the command that can is named", async () => {
    const held = { messages: 3, perSubject: { S2: 3 } };
    const broker = new FakeBroker().add({ name: "A", subjects: ["a", "S1", "S2"] }, held);
    const topology: Topology = {
      name: "t",
      streams: [
        { name: "A", subjects: ["a"] },
        { name: "B", subjects: ["S1"] },
      ],
    };
    const only = ["stream/A"];

    const plan = await ensure(broker, topology, { mode: "plan", only });
    const approved = await ensure(broker, topology, { approve: plan.planId ?? "", only });

    for (const result of [plan, approved]) {
      expect(result.resources).toMatchObject([
        { outcome: "held", differences: [{ field: "subjects", impact: "disruptive", blocked: true }] },
      ]);
      expect(result.resources[0]?.error?.message).toContain("(--only 'stream/A' 'stream/B')");
      expect(approvable(result)).toEqual([]);
      expect(renderResult(result)).not.toContain("approve");
    }
    expect(broker.writes).toEqual([]);
  });

  it("of which there are many: three are named, and the run is to be of the whole topology", async () => {
    const subjects = ["S1", "S2", "S3", "S4", "S5"];
    const broker = brokerWith([{ name: "A", subjects: ["a", ...subjects] }]);
    const heirs = subjects.map((subject) => ({ name: `of-${subject}`, subjects: [subject] }));
    const streams = [{ name: "A", subjects: ["a"] }, ...heirs];
    const result = await ensure(broker, { name: "t", streams }, { only: ["stream/A"] });

    expect(result.resources[0]?.error?.message).toContain(
      "stream/of-S1, stream/of-S2, stream/of-S3, and 2 more, which are to take them over, are not part of this run",
    );
    expect(result.resources[0]?.error?.message).toContain("too (without --only).");
  });
});

describe("streams that exchange all their subjects", () => {
  it.each([
    [["S1"], ["S2"]],
    [
      ["S1", "S2"],
      ["S3", "S4"],
    ],
    [["it's"], ["S2", "S3"]],
  ])("%j and %j do so after the command that the plan names, and keep them until then", async (its, others) => {
    const broker = brokerWith([
      { name: "A", subjects: its },
      { name: "B", subjects: others },
    ]);
    const topology = {
      name: "t",
      streams: [
        { name: "A", subjects: others },
        { name: "B", subjects: its },
      ],
    };
    const held = await ensure(broker, topology);

    expect(broker.writes).toEqual([]);
    expect(untrue(broker, held)).toEqual([]);
    const message = held.resources[0]?.error?.message ?? "";
    expect(message).toContain(
      "It exchanges all its subjects with stream/B: a run releases in one update all that a stream hands over, and " +
        "this one would have no subject left: give it one more subject by hand (nats stream edit 'A' --force ",
    );

    const command = message.slice(message.indexOf("(nats") + 1, message.lastIndexOf(")"));
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
      .trim()
      .split("\n");
    const subjects = words.filter((_, at) => words[at - 1] === "--subjects");
    expect(subjects).toEqual([...its, "jetstream-ensure.exchange.A"]);
    broker.stream("A").config = { ...broker.stream("A").config, subjects };

    expect(await ensure(broker, topology)).toMatchObject({ converged: true });
    expect(subjectsNow(broker)).toEqual({ A: others, B: its });
  });

  it("are given no command of more than ten subjects", async () => {
    const its = Array.from({ length: 11 }, (_, at) => `S${at}`);
    const broker = brokerWith([
      { name: "A", subjects: its },
      { name: "B", subjects: ["b"] },
    ]);
    const topology = {
      name: "t",
      streams: [
        { name: "A", subjects: ["b"] },
        { name: "B", subjects: its },
      ],
    };
    const result = await ensure(broker, topology);

    expect(result.resources[0]?.error?.message).toContain("give it one more subject by hand, which nobody uses, and");
  });
});

describe("a subject that two streams have, as a server lets two claims in that come at the same moment", () => {
  const live = [
    { name: "A", subjects: ["a", "S1"] },
    { name: "B", subjects: ["b"] },
  ];
  const topology = {
    name: "t",
    streams: [
      { name: "A", subjects: ["a"] },
      { name: "B", subjects: ["b", "S1"] },
    ],
  };

  it("is released by the one that is not to have it", async () => {
    const broker = brokerWith([...live.slice(0, 1), { name: "B", subjects: ["b", "S1"] }]);
    // The server of this test lets no overlap in, and A's update must not be taken for one.
    const result = await ensure(broker, topology);

    expect(result).toMatchObject({ converged: true });
    expect(subjectsNow(broker)).toEqual({ A: ["a"], B: ["b", "S1"] });
  });

  it("is released again where the claim comes in while the subject is given back", async () => {
    const broker = brokerWith(live);
    let updates = 0;
    broker.troubles.push(({ verb }) => {
      if (verb === "STREAM.UPDATE.B") return "denied";
      if (verb === "STREAM.UPDATE.A") updates += 1;
      if (verb === "STREAM.NAMES" && updates === 2) {
        broker.stream("B").config = { ...broker.stream("B").config, subjects: ["b", "S1"] };
      }
      return undefined;
    });
    const result = await ensure(broker, topology);

    expect(subjectsNow(broker)).toEqual({ A: ["a"], B: ["b", "S1"] });
    expect(untrue(broker, result)).toEqual([]);
  });
});

it("a part of a subject goes back alone where another stream has taken the rest", async () => {
  const broker = brokerWith([{ name: "A", subjects: ["a", "orders.>"] }]);
  broker.troubles.push(({ verb }) => (verb === "STREAM.CREATE.US" ? "denied" : undefined));
  const result = await ensure(broker, {
    name: "t",
    streams: [
      { name: "A", subjects: ["a", "orders.eu.>"] },
      { name: "JP", subjects: ["orders.jp.>"] },
      { name: "US", subjects: ["orders.us.*"] },
    ],
  });

  expect(subjectsNow(broker)).toEqual({ A: ["a", "orders.eu.>", "orders.us.*"], JP: ["orders.jp.>"] });
  expect(untrue(broker, result)).toEqual([]);
});

describe("writes that are under way at once", () => {
  /** The most of a run that creates so many streams of which every other one reserves storage. */
  async function most(server: { version: string; cluster?: string }): Promise<{ all: number; reserving: number }> {
    const broker = new FakeBroker(server);
    const connection = broker.connection();
    const underWay = new Set<string>();
    const seen = { all: 0, reserving: 0 };
    const request: typeof connection.request = async (subject, ...rest) => {
      if (!subject.includes(".CREATE.")) return connection.request(subject, ...rest);
      underWay.add(subject);
      seen.all = Math.max(seen.all, underWay.size);
      seen.reserving = Math.max(seen.reserving, [...underWay].filter((each) => each.includes("CREATE.R")).length);
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay.delete(subject);
      return connection.request(subject, ...rest);
    };
    const streams = Array.from({ length: 60 }, (_, at) =>
      at % 2 ? { name: `R${at}`, maxBytes: 10 } : { name: `S${at}` },
    );
    const result = await run({
      topology: resolveTopology({ name: "t", streams }),
      connect: async () => ({ ...connection, request }) as typeof connection,
      mode: "ensure",
      trigger: "test",
    });
    expect(result.converged).toBe(true);
    return seen;
  }

  it("are 12, of which one reserves storage on a server that is not clustered", async () => {
    expect(await most({ version: "2.15.2" })).toEqual({ all: 12, reserving: 1 });
  });

  it("are 12 in a cluster, whatever they reserve", async () => {
    expect(await most({ version: "2.15.2", cluster: "east" })).toMatchObject({ all: 12 });
  });
});

it.each(HANDOVERS.map((handover) => [handover.title, handover] as const))(
  "no claim is sent before the answer to its release, also where a cluster takes many writes at once: %s",
  async (_, { live, topology, writes }) => {
    const broker = new FakeBroker({ version: "2.15.2", cluster: "east" });
    for (const config of live) broker.add(config, { cluster: "east" });
    let slowness = 2 * writes.length;
    const connect = async () => {
      const connection = broker.connection();
      const request: typeof connection.request = async (subject, ...rest) => {
        // Each write takes longer than the next: one that is not waited for comes too late.
        if (/STREAM\.(CREATE|UPDATE)/.test(subject)) {
          slowness -= 1;
          await new Promise((resolve) => setTimeout(resolve, 3 * slowness));
        }
        return connection.request(subject, ...rest);
      };
      return { ...connection, request } as typeof connection;
    };
    const result = await run({ topology: resolveTopology(topology), connect, mode: "ensure", trigger: "test" });

    expect(result).toMatchObject({ converged: true, requests: { write: writes.length } });
  },
);
