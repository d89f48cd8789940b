import fc from "fast-check";
import type { NatsConnection } from "nats";
import { expect, it } from "vitest";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { seedOr } from "../../support/property-seed.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { type AccountLimits, accountsConfig, connectTo, loginOf } from "./accounts.ts";
import { askedOneByOne, codeOf, idsOf, troubles } from "./oracle.ts";

const MIB = 1024 ** 2;

const LIMITS: AccountLimits[] = [
  { max_file: 5 * MIB },
  { max_file: 8 * MIB, max_mem: 3 * MIB },
  { max_file: 6 * MIB, max_bytes_required: true, max_consumers: 2 },
  { max_file: 9 * MIB, disk_max_stream_bytes: 3 * MIB, mem_max_stream_bytes: 1 * MIB },
  { max_streams: 3, max_consumers: 1, max_ack_pending: 100 },
  { max_mem: 0, max_ack_pending: 100 },
  {},
];

interface Stream {
  name: string;
  maxBytes: number | undefined;
  storage: "file" | "memory";
  subject: string;
  maxConsumers: number | undefined;
  numReplicas: number | undefined;
}

const stream = (names: string[]): fc.Arbitrary<Stream> =>
  fc.record({
    name: fc.constantFrom(...names),
    maxBytes: fc.constantFrom(undefined, 1, 2, 3, 4).map((size) => (size === undefined ? undefined : size * MIB)),
    storage: fc.constantFrom("file", "file", "memory"),
    subject: fc.constantFrom("a.>", "a.b", "c.*", "c.d", "e.f", "g.h", "i.j"),
    maxConsumers: fc.constantFrom(undefined, undefined, 1, 3),
    numReplicas: fc.constantFrom(undefined, undefined, undefined, 3),
  });

const unique = (names: string[], maxLength: number) =>
  fc.uniqueArray(stream(names), { selector: ({ name }) => name, minLength: 1, maxLength });

const consumer = fc.record({
  stream: fc.nat({ max: 3 }),
  name: fc.constantFrom("x", "y", "z"),
  maxAckPending: fc.constantFrom(undefined, 50, 150),
});

const situation = fc.record({
  live: unique(["L0", "L1", "L2", "L3"], 4),
  declared: unique(["L0", "L1", "D0", "D1", "D2", "D3"], 5),
  consumers: fc.uniqueArray(consumer, { selector: (each) => `${each.stream} ${each.name}`, maxLength: 5 }),
});

type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

/** `undefined` where the declarations are no topology: two of them have one subject. */
function topologyOf({ live, declared, consumers }: Situation): Topology | undefined {
  const streams = declared.map(({ name, maxBytes, storage, subject, maxConsumers, numReplicas }) => {
    const before = live.find((each) => each.name === name);
    const size = maxBytes === undefined ? {} : { maxBytes };
    // Of a stream that exists, only its size is another one: more replicas of those are never asked for anyway.
    if (before) return { name, storage: before.storage, ...size };
    const rest = { ...(maxConsumers ? { maxConsumers } : {}), ...(numReplicas ? { numReplicas } : {}) };
    return { name, storage, subjects: [subject], ...size, ...rest };
  });
  const durable = consumers.flatMap(({ stream, name, maxAckPending }) => {
    const on = streams[stream]?.name;
    return on === undefined ? [] : [{ stream: on, name, ...(maxAckPending ? { maxAckPending } : {}) }];
  });
  const topology: Topology = { name: "random", streams, consumers: durable };
  try {
    resolveTopology(topology);
    return topology;
  } catch {
    return undefined;
  }
}

async function makeLive(nc: NatsConnection, live: Stream[]): Promise<Set<string>> {
  const made = new Set<string>();
  for (const { name, maxBytes, storage, subject } of live) {
    const config = { name, subjects: [subject], storage, max_bytes: maxBytes ?? -1 };
    if ((await codeOf(api(nc, `STREAM.CREATE.${name}`, config))) === undefined) made.add(name);
  }
  return made;
}

/** Drawn once and for all: the same on every version, and each in accounts of its own. */
const SITUATIONS = fc
  .sample(situation, { numRuns: 150, seed: seedOr(20260821) })
  .flatMap((given) => {
    const topology = topologyOf(given);
    return topology ? [{ ...given, topology }] : [];
  })
  .slice(0, 84)
  .map((given, at) => ({ ...given, run: `RUN${at}`, raw: `RAW${at}`, limits: LIMITS[at % LIMITS.length] ?? {} }));

eachVersion("what a plan refuses", (version) => {
  it("is what the server refuses, no more and no less, and nothing of it is sent", async () => {
    const accounts = SITUATIONS.flatMap(({ run, raw, limits }) => [run, raw].map((name) => [name, limits] as const));
    await using server = await startServer(version, { config: accountsConfig(Object.fromEntries(accounts)) });
    const seen = new Set<number>();

    for (const { run, raw, live, topology, limits } of SITUATIONS) {
      const [ours, theirs] = [await connectTo(server, run), await connectTo(server, raw)];
      const existing = await makeLive(theirs, live);
      expect(await makeLive(ours, live)).toEqual(existing);

      const expected = await askedOneByOne(theirs, topology);
      const plan = await runOn(server, topology, { mode: "plan", ...loginOf(run) });
      const result = await runOn(server, topology, loginOf(run));

      // Where the server would refuse one for two reasons, either may be told.
      const about = JSON.stringify({ limits, live, topology, expected, planned: troubles(plan) });
      expect(idsOf(troubles(plan)), about).toEqual(idsOf(expected));
      expect(troubles(result), about).toEqual(troubles(plan));
      expect(result.requests.write, about).toBe((result.summary.created ?? 0) + (result.summary.updated ?? 0));
      for (const [, code = 0] of expected) seen.add(code);
      await Promise.all([ours.close(), theirs.close()]);
    }

    // That the situations were not all harmless.
    const [consumers, streams, storage, memory, subjects, replicas] = [10026, 10027, 10047, 10028, 10065, 10074];
    expect([...seen]).toEqual(expect.arrayContaining([consumers, streams, storage, memory, subjects, replicas]));
  });
});
