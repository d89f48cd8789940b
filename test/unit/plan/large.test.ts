import { expect, test, vi } from "vitest";
import { orderOf } from "../../../lib/ensure/order.ts";
import type { AccountInfo, ConsumerInfo, StreamConfig, StreamInfo } from "../../../lib/jetstream/types.ts";
import type { BrokerState } from "../../../lib/observe/broker-state.ts";
import { NO_EXTRA_READS } from "../../../lib/observe/extra-reads.ts";
import { makePlan, type Plan } from "../../../lib/plan/plan.ts";
import { readsNeeded } from "../../../lib/plan/preflight/reads-needed.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { EMPTY, NEWEST } from "./question.ts";

// Each took from half a minute to for ever, or overflowed the call stack, where a plan went through all streams for each
// stream, consumer or finding: these tests fail by their time-out. How long planning takes is the benchmark's.

vi.setConfig({ testTimeout: 30_000 });

const upTo = (count: number) => [...Array(count).keys()];
const unlimited = { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };

interface Live {
  streams: (StreamConfig & { subjects: string[] })[];
  consumers?: { stream: string; name: string }[];
  messages?: number;
  limits?: Partial<AccountInfo["limits"]>;
}

function planned(topology: Topology, live: Live): { plan: Plan; seen: BrokerState; outcomes: Record<string, number> } {
  const resolved = resolveTopology(topology);
  const [messages, last_seq] = [live.messages ?? 0, live.messages ?? 0];
  const infoOf = (config: StreamConfig): StreamInfo => ({
    config,
    created: "",
    state: { ...EMPTY, messages, last_seq },
  });
  const consumerOf = ({ stream, name }: { stream: string; name: string }): ConsumerInfo => ({
    stream_name: stream,
    name,
    config: { name, durable_name: name, ack_policy: "explicit" },
  });
  const account: AccountInfo = {
    ...{ memory: 0, storage: 0, streams: 0, consumers: 0 },
    limits: { ...unlimited, ...live.limits },
  };
  const seen: BrokerState = {
    live: {
      account,
      user: {},
      streams: new Map(live.streams.map((config) => [`stream/${config.name}`, infoOf(config)])),
      consumers: new Map(
        (live.consumers ?? []).map((each) => [`consumer/${each.stream}/${each.name}`, consumerOf(each)]),
      ),
      streamNames: live.streams.map(({ name }) => name),
      warnings: [],
      readAt: 0,
    },
    server: NEWEST,
    undeclaredConsumers: [],
    undeclaredStreams: new Map(),
    evidence: new Map(),
    extra: NO_EXTRA_READS,
  };
  const plan = makePlan(resolved, resolved.resources, seen);
  const outcomes: Record<string, number> = {};
  for (const { does } of plan.actions) outcomes[does] = (outcomes[does] ?? 0) + 1;
  return { plan, seen, outcomes };
}

const twoSubjects = (count: number) =>
  upTo(count).map((at) => ({ name: `S${at}`, subjects: [`s${at}.a`, `s${at}.b`] }));

/** Each reads a stream that is live and not declared. */
const consumersOf = (count: number, stream: string) =>
  upTo(count).map((at) => ({ stream: `${stream}${49_999 - at}`, name: "c" }));

test("twenty thousand live consumers of fifty thousand streams are planned", () => {
  const streams = twoSubjects(50_000);
  const consumers = consumersOf(20_000, "S");

  expect(planned({ name: "large", consumers }, { streams, consumers }).outcomes).toEqual({ nothing: 20_000 });
});

test("twenty thousand new consumers of fifty thousand streams are planned, and what they need read is known", () => {
  const { plan, seen, outcomes } = planned(
    { name: "large", consumers: consumersOf(20_000, "S") },
    { streams: twoSubjects(50_000) },
  );

  expect(outcomes).toEqual({ create: 20_000 });
  expect(readsNeeded(plan.actions, seen).consumers).toEqual([]);
});

test("twenty thousand consumers of none of fifty thousand streams are refused", () => {
  const { outcomes } = planned(
    { name: "large", consumers: consumersOf(20_000, "X") },
    { streams: twoSubjects(50_000) },
  );

  expect(outcomes).toEqual({ refuse: 20_000 });
});

test("two thousand updates that find no room are held", () => {
  const streams = twoSubjects(2000);
  const topology = { name: "large", streams: streams.map((each) => ({ ...each, maxBytes: 200, description: "x" })) };
  const live = streams.map((each) => ({ ...each, max_bytes: 100 }));
  const { plan, outcomes } = planned(topology, { streams: live, limits: { max_storage: 2000 * 100 } });

  expect(outcomes).toEqual({ update: 2000 });
  expect(plan.actions.every((action) => "barred" in action && action.barred?.error.class === "storage")).toBe(true);
});

test("ten thousand subjects that are given up are each looked up among the heirs", () => {
  const streams = twoSubjects(10_000);
  const topology = {
    name: "large",
    streams: streams.map(({ name, subjects }) => ({ name, subjects: subjects.slice(1) })),
  };

  expect(planned(topology, { streams, messages: 5 }).outcomes).toEqual({ hold: 10_000 });
});

test("a chain of five thousand handovers is held where its last one is", () => {
  const streams = twoSubjects(5000);
  const subjects = (at: number) => [`s${at}.a`, ...(at > 0 ? [`s${at - 1}.b`] : [])];
  const topology = { name: "large", streams: streams.map(({ name }, at) => ({ name, subjects: subjects(at) })) };

  // The last one drops a subject that may be in use.
  expect(planned(topology, { streams, messages: 5 }).outcomes).toEqual({ hold: 5000 });
});

test("a circle of ten thousand handovers is one unit", () => {
  const streams = twoSubjects(10_000);
  const subjects = (at: number) => [`s${at}.a`, `s${(at + 1) % 10_000}.b`];
  const topology = { name: "large", streams: streams.map(({ name }, at) => ({ name, subjects: subjects(at) })) };
  const { plan, outcomes } = planned(topology, { streams, messages: 5 });

  expect(outcomes).toEqual({ update: 10_000 });
  expect(orderOf(plan.actions).map(({ handover }) => handover?.steps.length)).toEqual([10_001]);
});

test("the origin of each of fifty thousand mirrors is looked up by its name", () => {
  const mirrors = upTo(50_000).map((at) => ({ name: `M${at}`, mirror: { name: `S${at}` }, mirrorDirect: true }));
  const streams = [...mirrors, ...upTo(50_000).map((at) => ({ name: `S${at}`, subjects: [`s${at}`] }))];

  expect(planned({ name: "large", streams }, { streams: [] }).outcomes).toEqual({ create: 100_000 });
});
