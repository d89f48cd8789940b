import { describe, expect, it } from "vitest";
import type { AccountInfo, AccountLimits, StreamConfig, StreamInfo } from "../../../lib/jetstream/types.ts";
import type { BrokerState } from "../../../lib/observe/broker-state.ts";
import { NO_EXTRA_READS } from "../../../lib/observe/extra-reads.ts";
import { makePlan, wantedActions } from "../../../lib/plan/plan.ts";
import { readsNeeded } from "../../../lib/plan/preflight/reads-needed.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { EMPTY, NEWEST } from "./question.ts";

const NONE: AccountLimits = { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };

function account(limits: Partial<AccountLimits>, more: Partial<AccountInfo> = {}): AccountInfo {
  return { memory: 0, storage: 0, streams: 0, consumers: 0, limits: { ...NONE, ...limits }, ...more };
}

/** Live are the streams given; those that are declared were read. */
function seenOf(
  topology: Topology,
  live: StreamConfig[],
  more: Partial<BrokerState["live"]>,
  seen: Partial<BrokerState> = {},
): BrokerState {
  const info = (config: StreamConfig): StreamInfo => ({ config, created: "", state: EMPTY });
  const streams = resolveTopology(topology).resources.flatMap(({ id, stream }) => {
    const config = live.find(({ name }) => name === stream);
    return config ? [[id, info(config)] as const] : [];
  });
  return {
    live: {
      account: undefined,
      user: {},
      streams: new Map(streams),
      consumers: new Map(),
      streamNames: live.map(({ name }) => name),
      warnings: [],
      readAt: 0,
      ...more,
    },
    server: NEWEST,
    undeclaredConsumers: [],
    undeclaredStreams: new Map(),
    evidence: new Map(),
    extra: NO_EXTRA_READS,
    ...seen,
  };
}

function planned(topology: Topology, seen: BrokerState): string[] {
  const resolved = resolveTopology(topology);
  return makePlan(resolved, resolved.resources, seen).actions.map(({ does, resource }) => `${resource.id} ${does}`);
}

const three = (...sizes: (number | undefined)[]): Topology => ({
  name: "t",
  streams: sizes.map((maxBytes, at) => ({ name: `S${at}`, numReplicas: 3, ...(maxBytes ? { maxBytes } : {}) })),
});

describe("what a stream with replicas takes of the account", () => {
  it.each([
    ["2.9.10", ["create", "create", "refuse"]],
    ["2.10.7", ["create", "create", "refuse"]],
    // What is written counts once, what is there with the replicas of what is written.
    ["2.10.27", ["create", "create", "create"]],
    ["2.11.17", ["create", "create", "create"]],
    ["2.12.8", ["create", "create", "create"]],
    ["2.14.0", ["create", "create", "create"]],
    ["2.12.9", ["create", "create", "refuse"]],
    ["2.14.1", ["create", "create", "refuse"]],
    ["2.15.2", ["create", "create", "refuse"]],
  ])("on %s", (version, expected) => {
    const topology = three(100, 100, 100);
    const server = { version, apiLevel: null, cluster: "c" };
    const seen = seenOf(topology, [], { account: account({ max_storage: 700 }) }, { server });

    expect(planned(topology, seen)).toEqual(expected.map((does, at) => `stream/S${at} ${does}`));
  });

  it("counts once in the tier of its number, which has limits of its own", () => {
    const topology: Topology = {
      name: "t",
      streams: [
        { name: "A", maxBytes: 300, numReplicas: 3 },
        { name: "B", maxBytes: 300 },
        { name: "C", maxBytes: 300, numReplicas: 3 },
        { name: "D", maxBytes: 300, numReplicas: 5 },
      ],
    };
    const tier = (max_storage: number) => ({ limits: { ...NONE, max_storage }, streams: 0, storage: 0, memory: 0 });
    const tiers = { R1: tier(300), R3: tier(500), R5: { ...tier(0), limits: { ...NONE, ...ZERO } } };
    const seen = seenOf(topology, [], { account: account(ZERO, { tiers }) }, { server: { ...NEWEST, cluster: "c" } });

    expect(planned(topology, seen)).toEqual([
      "stream/A create",
      "stream/B create",
      "stream/C refuse",
      "stream/D refuse",
    ]);
  });
});

const ZERO = { max_memory: 0, max_storage: 0, max_streams: 0, max_consumers: 0 };

describe("an update", () => {
  it("is held as a whole where the account has more reserved than it may have", () => {
    const topology: Topology = { name: "t", streams: [{ name: "A", description: "new", maxMsgs: 5 }] };
    const live = [{ name: "A", subjects: ["A"], max_bytes: 900 }];
    const resolved = resolveTopology(topology);
    const seen = seenOf(topology, live, { account: account({ max_storage: 500 }) });

    const [action] = makePlan(resolved, resolved.resources, seen).actions;

    expect(action).toMatchObject({
      does: "hold",
      decision: {
        differences: [
          { field: "description", held: true },
          { field: "max_msgs", held: true },
        ],
      },
      barred: {
        error: { class: "storage", message: expect.stringContaining("of the account's 500B nothing is left") },
      },
    });
  });

  it("is made where it brings the reservation back under the limit", () => {
    const topology: Topology = { name: "t", streams: [{ name: "A", maxBytes: 400 }] };
    const seen = seenOf(topology, [{ name: "A", subjects: ["A"], max_bytes: 900 }], {
      account: account({ max_storage: 500 }),
    });

    expect(planned(topology, seen)).toEqual(["stream/A update"]);
  });
});

describe("replicas", () => {
  const topology = three(undefined);

  it("are refused of a server that is not clustered", () => {
    expect(planned(topology, seenOf(topology, [], { account: account({}) }))).toEqual(["stream/S0 refuse"]);
  });

  it("are left to the server through a domain, behind which another one may answer", () => {
    const seen = seenOf(topology, [], { account: account({}, { domain: "hub" }) });

    expect(planned(topology, seen)).toEqual(["stream/S0 create"]);
  });
});

describe("subjects", () => {
  const swap: Topology = {
    name: "t",
    streams: [
      { name: "A", subjects: ["b"] },
      { name: "B", subjects: ["a"] },
    ],
  };
  const live = [
    { name: "A", subjects: ["a"] },
    { name: "B", subjects: ["b"] },
  ];

  it("may change places where one of the two keeps another subject while it lets go", () => {
    const [a, b] = swap.streams ?? [];
    if (!a || !b) throw new Error("there are two");
    const topology: Topology = { name: "t", streams: [a, { ...b, subjects: ["a", "kept"] }] };
    const seen = seenOf(topology, [...live.slice(0, 1), { name: "B", subjects: ["b", "kept"] }], {});

    expect(planned(topology, seen)).toEqual(["stream/A update", "stream/B update"]);
  });

  it("may not change places where they are all that the two have: a stream must keep one", () => {
    expect(planned(swap, seenOf(swap, live, {}))).toEqual(["stream/A hold", "stream/B hold"]);
  });

  it("may not where one of the two cannot let go", () => {
    const [a, b] = swap.streams ?? [];
    if (!a || !b) throw new Error("there are two");
    const topology: Topology = { name: "t", streams: [{ ...a, subjects: ["b", "x"] }, b] };
    const seen = seenOf(
      topology,
      [...live, { name: "OLD", subjects: ["x"] }],
      {},
      {
        extra: { ...NO_EXTRA_READS, owners: new Map([["x", ["OLD"]]]) },
      },
    );

    expect(planned(topology, seen)).toEqual(["stream/A hold", "stream/B hold"]);
  });
});

describe("what is read for it", () => {
  const topology: Topology = { name: "t", streams: [{ name: "A", subjects: ["a", "b"], maxBytes: 5 }] };
  const asks = (seen: BrokerState) =>
    readsNeeded(wantedActions(resolveTopology(topology), resolveTopology(topology).resources, seen), seen);
  const unmanaged = [{ name: "OLD" }];

  it("is nothing on an empty broker", () => {
    expect(asks(seenOf(topology, [], { account: account({ max_storage: 500 }) }))).toEqual({
      configs: false,
      subjects: [],
      consumers: [],
    });
  });

  it("is who has the subjects, and all configs only where the storage is limited", () => {
    expect(asks(seenOf(topology, unmanaged, { account: account({ max_memory: 500 }) }))).toEqual({
      configs: false,
      subjects: ["a", "b"],
      consumers: [],
    });
    expect(asks(seenOf(topology, unmanaged, { account: account({ max_storage: 500 }) })).configs).toBe(true);
  });
});
