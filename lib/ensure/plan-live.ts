import { setImmediate as turn } from "node:timers/promises";
import type { JetStreamApi } from "../jetstream/api.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { AccountInfo } from "../jetstream/types.ts";
import { type Bounded, boundedReads } from "../observe/bounded.ts";
import { readEvidence } from "../observe/evidence.ts";
import { readLive } from "../observe/live.ts";
import { isNothing, NO_OTHERS, type Others, readOthers } from "../observe/others.ts";
import type { Seen } from "../observe/seen.ts";
import { readStrays } from "../observe/strays.ts";
import { readUndeclaredStreams } from "../observe/undeclared-streams.ts";
import type { Action } from "../plan/action.ts";
import { anyGainsMirrorDirect } from "../plan/defaults/mirror-direct.ts";
import { heirsAmong } from "../plan/disruption/heir.ts";
import { movesAmong } from "../plan/disruption/moves.ts";
import { lacking, lacksCopies } from "../plan/lacking.ts";
import { type Plan, planOf, wantedActions } from "../plan/plan.ts";
import { asksOf } from "../plan/preflight/asks.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolve/resolved.ts";

/**
 * Reads the broker and plans; writes nothing.
 *
 * 1. One burst reads all that is declared; the plan is made of it.
 * 2. Only where that gives reason to, a second one: the consumers of streams that have more than are declared, whose
 *    undeclared streams are and what they copy, what the plan's forecasts lack, and what else is live that its writes
 *    may not work with.
 *    The plan is then made again, of all of it.
 *
 * @throws BrokerError where the broker cannot be asked at all.
 */
export async function planLive(
  api: JetStreamApi,
  topology: ResolvedTopology,
  resources: ResolvedResource[],
  factsOf: (account: AccountInfo | undefined) => ServerFacts,
): Promise<{ plan: Plan; seen: Seen }> {
  const bounded = boundedReads();
  const live = await readLive(api, bounded, resources);
  const server = factsOf(live.account);
  const first: Seen = { live, server, ...NOTHING_ELSE };
  const wanted = await wantedInTurns(topology, resources, first);
  const draft = planOf(topology, wanted, first);
  const isCopyInQuestion = lacksCopies(draft);
  const [strays, undeclaredStreams, evidence, others] = await Promise.all([
    readStrays(api, bounded, topology, resources, live),
    readUndeclaredStreams(api, bounded, topology, { live, server, isCopyInQuestion }),
    readEvidence(api, bounded, lacking(draft), live),
    readOthers(api, bounded, asksOf(wanted, first), live),
  ]);
  const seen = { ...first, strays, undeclaredStreams, evidence, others };
  if (evidence.size > 0 || isCopyInQuestion || anyGainsMirrorDirect(topology, wanted, seen)) {
    const decided = await wantedInTurns(topology, resources, seen);
    seen.others = await othersToo(api, bounded, decided, seen);
    return { plan: planOf(topology, decided, seen), seen };
  }
  const isTheSame = strays.length + undeclaredStreams.size === 0 && isNothing(others);
  return { plan: isTheSame ? draft : planOf(topology, wanted, seen), seen };
}

/** What is asked besides, where the evidence has turned something that was held into something that is applied. */
async function othersToo(api: JetStreamApi, bounded: Bounded, wanted: Action[], seen: Seen): Promise<Others> {
  const asks = asksOf(wanted, { ...seen, others: NO_OTHERS });
  const { configs, owners, consumers } = seen.others;
  const more = {
    configs: asks.configs && configs.size === 0,
    subjects: asks.subjects.filter((subject) => !owners.has(subject)),
    consumers: asks.consumers.filter((stream) => !consumers.has(stream)),
  };
  if (!more.configs && more.subjects.length + more.consumers.length === 0) return seen.others;
  const read = await readOthers(api, bounded, more, seen.live);
  return {
    configs: more.configs ? read.configs : configs,
    owners: new Map([...owners, ...read.owners]),
    consumers: new Map([...consumers, ...read.consumers]),
  };
}

/** What the second burst may add. */
const NOTHING_ELSE = { strays: [], undeclaredStreams: new Map(), evidence: new Map(), others: NO_OTHERS };

/** Resources decided about at once: a few milliseconds' work. */
const IN_ONE_TURN = 100;

/**
 * What is wanted, with a turn of the event loop now and then. V8 ends a collection of garbage between two turns where it
 * can, and lets the heap grow while it waits for one: by 25 MB over a thousand resources.
 */
async function wantedInTurns(topology: ResolvedTopology, resources: ResolvedResource[], seen: Seen): Promise<Action[]> {
  const wanted: Action[] = [];
  const heirs = heirsAmong(topology, resources);
  const moves = movesAmong(resources, seen);
  for (let start = 0; start < resources.length; start += IN_ONE_TURN) {
    if (start > 0) await turn();
    wanted.push(...wantedActions(topology, resources.slice(start, start + IN_ONE_TURN), seen, heirs, moves));
  }
  return wanted;
}
