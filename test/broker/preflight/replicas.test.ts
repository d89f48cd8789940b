import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { credsAuthenticator, type NatsConnection } from "nats";
import { expect, it } from "vitest";
import { NOT_ENABLED_FOR_ACCOUNT } from "../../../lib/jetstream/errors/error-codes.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startTestCluster } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { seedOr } from "../../support/property-seed.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";
import { askedOneByOne, codeOf, idsOf, troubles } from "./oracle.ts";

const MIB = 1024 ** 2;
const NOTHING = { mem_storage: 0, disk_storage: 0, streams: 0, consumer: 0 };
const tier = (disk_storage: number, streams = -1) => ({ ...JETSTREAM, disk_storage, streams });

const LIMITS: object[] = [
  { ...JETSTREAM, disk_storage: 9 * MIB },
  { ...NOTHING, tiered_limits: { R1: tier(3 * MIB), R3: tier(4 * MIB) } },
  { ...JETSTREAM, disk_storage: 12 * MIB, streams: 6 },
  { ...NOTHING, tiered_limits: { R1: tier(5 * MIB, 3), R3: tier(6 * MIB, 3) } },
  { ...NOTHING, tiered_limits: { R3: tier(6 * MIB) } },
];

interface Stream {
  name: string;
  maxBytes: number | undefined;
  numReplicas: number;
}

const stream = (names: string[]): fc.Arbitrary<Stream> =>
  fc.record({
    name: fc.constantFrom(...names),
    maxBytes: fc.constantFrom(undefined, 1, 1, 2, 3).map((size) => (size === undefined ? undefined : size * MIB)),
    numReplicas: fc.constantFrom(1, 3),
  });

const streams = (names: string[], maxLength: number) =>
  fc.uniqueArray(stream(names), { selector: ({ name }) => name, minLength: 2, maxLength });

const SITUATIONS = fc
  .sample(fc.record({ live: streams(["L0", "L1", "L2"], 3), declared: streams(["L0", "L1", "D0", "D1"], 4) }), {
    numRuns: 10,
    seed: seedOr(20260821),
  })
  .map((given, at) => ({ ...given, at, limits: LIMITS[at % LIMITS.length] ?? {} }));

eachVersion("what a plan refuses of replicas in a cluster", (version) => {
  // On 2.9.10 it is the same, and takes as long again.
  it.skipIf(version.startsWith("2.9."))(
    "is what the server refuses, by account and by tier",
    { timeout: 300_000 },
    async () => {
      const operator = await createTestOperator();
      const accounts = await Promise.all(
        SITUATIONS.flatMap(({ at, limits }) =>
          [`RUN${at}`, `RAW${at}`].map((name) => operator.account(name, { limits })),
        ),
      );
      await using cluster = await startTestCluster({ version, options: { config: operator.config(accounts) } });
      const server = { url: cluster.urls[0] ?? "" };
      const seen = new Set<number>();

      for (const { at, live, declared, limits } of SITUATIONS) {
        const [ours, theirs] = [await accounts[2 * at]?.creds(), await accounts[2 * at + 1]?.creds()];
        const connect = (creds = "") =>
          cluster.connect({ authenticator: credsAuthenticator(new TextEncoder().encode(creds)) });
        const [run, raw] = [await connect(ours), await connect(theirs)];
        const existing = await makeLive(raw, live);
        expect(await makeLive(run, live)).toEqual(existing);
        const topology: Topology = {
          name: "replicated",
          streams: declared.map(({ maxBytes, ...rest }) => ({ ...rest, ...(maxBytes ? { maxBytes } : {}) })),
        };
        const login = { connection: { credentials: { creds: ours ?? "" } } };

        const expected = await askedOneByOne(raw, topology);
        const plan = await runOn(server, topology, { mode: "plan", ...login });
        const result = await runOn(server, topology, login);

        const about = JSON.stringify({
          limits,
          live,
          declared,
          expected,
          planned: troubles(plan),
          done: troubles(result),
          errors: plan.resources.map(({ error }) => error?.message),
        });
        expect(idsOf(troubles(plan)), about).toEqual(idsOf(expected));
        // What one write gives back, another may come too early for: a cluster takes them at once.
        if (!givesBack(live, declared)) expect(troubles(result), about).toEqual(troubles(plan));
        for (const [, code = 0] of expected) seen.add(code);
        await Promise.all([run.close(), raw.close()]);
      }
      expect([...seen]).toEqual(expect.arrayContaining([10047, 10120]));
    },
  );
});

function givesBack(live: Stream[], declared: Stream[]): boolean {
  return declared.some(({ name, maxBytes, numReplicas }) => {
    const before = live.find((each) => each.name === name);
    const isLess = maxBytes !== undefined && maxBytes < (before?.maxBytes ?? 0);
    return before !== undefined && (isLess || numReplicas < before.numReplicas);
  });
}

/** The err_code of each that could not be made. */
async function makeLive(
  nc: NatsConnection,
  live: { name: string; maxBytes: number | undefined; numReplicas: number }[],
) {
  await firstStream(nc);
  const codes = new Map<string, number | undefined>();
  for (const { name, maxBytes, numReplicas } of live) {
    const config = { name, max_bytes: maxBytes ?? -1, num_replicas: numReplicas };
    codes.set(name, await codeOf(api(nc, `STREAM.CREATE.${name}`, config)));
  }
  return codes;
}

/** Until the members know the account: one that has only just heard of it refuses its streams. */
async function firstStream(nc: NatsConnection): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const codes = await Promise.all(
      [1, 3].map((num_replicas) =>
        codeOf(api(nc, `STREAM.CREATE.FIRST${num_replicas}`, { name: `FIRST${num_replicas}`, num_replicas })),
      ),
    );
    if (!codes.includes(NOT_ENABLED_FOR_ACCOUNT)) return;
    if (attempt === 20) throw new Error("the cluster does not make a first stream");
    await sleep(100);
  }
}
