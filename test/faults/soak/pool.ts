import fc from "fast-check";
import type { NatsConnection } from "nats";
import type { Result } from "../../../lib/report/result.ts";
import { type Pair, pairs, topologyOf, unique } from "../../broker/property/pair.ts";
import { UNIQUE } from "../../broker/property/stream-arbitrary.ts";
import { makeLive } from "../../broker/property/world.ts";
import { deleteAll } from "../../support/delete-all.ts";
import { withServer } from "../../support/nats-server.ts";
import { runOn } from "../../support/run.ts";
import { newest } from "../../support/versions.ts";

/** What a pair can be in a topology of the soak: live and to be brought to what is declared, or to be made. */
export interface Part {
  pair: Pair;
  live: boolean;
}

const SAMPLED = 420;
const BATCH = 70;

/** `undefined` where a pair is of no use: so each has its place, whatever becomes of the others. */
export type Pool = (Part | undefined)[];

/**
 * Random pairs of live and declared that one clean run brings together by a write, as a broker of this version has shown: what is
 * held by its nature (lossy, immutable …) would say nothing of a fault. The same for the same seed.
 */
export async function poolOf(seed: number): Promise<Pool> {
  const sampled = fc
    .sample(fc.noBias(pairs(newest)), { seed, numRuns: SAMPLED })
    .filter(outlastsARestart)
    .map(lossless);
  const parts = sampled.flatMap((pair): Part[] => [
    { pair, live: true },
    { pair: absent(pair), live: false },
  ]);
  return withServer(newest, {}, async (server) => {
    const nc = await server.connect();
    const pool: Pool = [];
    for (let at = 0; at < parts.length; at += BATCH)
      pool.push(...(await convergent(server, nc, parts.slice(at, at + BATCH))));
    return pool;
  });
}

async function convergent(server: { url: string }, nc: NatsConnection, parts: Part[]): Promise<Pool> {
  const named = parts.map((part, at) => ({ ...part, pair: unique(part.pair, `POOL${at}x`) }));
  const refusals = await makeLive(
    nc,
    named.filter(isMade).map(({ pair }) => pair),
  );
  const made = named.filter(isMade);
  const refused = new Set(made.filter((_, at) => refusals[at] !== undefined));
  const topology = topologyOf(named.filter((part) => !refused.has(part)).map(({ pair }) => pair));
  const [first, second] = [await runOn(server, topology), await runOn(server, topology)];
  await deleteAll(nc);
  return parts.map((part, at) => {
    const id = named[at]?.pair.id ?? "";
    const outcome = outcomeOf(first, id);
    const fits = ["created", "updated"].includes(outcome) && outcomeOf(second, id) === "unchanged";
    return fits ? part : undefined;
  });
}

function outcomeOf({ resources }: Result, id: string): string {
  return resources.find((each) => each.id === id)?.outcome ?? "absent";
}

/** Something of it is live: all but what is to be created from nothing. */
export function isMade({ pair, live }: Pick<Part, "pair" | "live">): boolean {
  return live || pair.id.startsWith("consumer/");
}

/** What is in memory, or acknowledged before it is on disk, goes with a restart: so it was asked for. */
function outlastsARestart({ live, declared }: Pair): boolean {
  return !/"(memory|async)"|"mem_?storage":true/i.test(JSON.stringify([live, declared]));
}

function lossless(pair: Pair): Pair {
  const without = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== "allowLoss" && key !== "manage"))
      : value;
  return { ...pair, declared: JSON.parse(JSON.stringify(pair.declared, without)) as Pair["declared"] };
}

/** A consumer's stream is there all the same. */
function absent(pair: Pair): Pair {
  return pair.id === `consumer/${UNIQUE}/c` ? { ...pair, live: { ...pair.live, consumers: [] } } : pair;
}
