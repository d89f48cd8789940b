import { setImmediate as turn } from "node:timers/promises";
import type { JetStreamApi } from "../jetstream/api.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { AccountInfo } from "../jetstream/types.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import { readEvidence } from "../observe/evidence.ts";
import { type ExtraReads, isNothing, NO_EXTRA_READS, readExtra } from "../observe/extra-reads.ts";
import { readLive } from "../observe/live.ts";
import { limitReads, type ReadLimit } from "../observe/read-limit.ts";
import { readUndeclaredConsumers } from "../observe/undeclared-consumers.ts";
import { readUndeclaredStreams } from "../observe/undeclared-streams.ts";
import type { Action } from "../plan/action.ts";
import { anyGainsMirrorDirect } from "../plan/defaults/mirror-direct.ts";
import { heirsAmong } from "../plan/disruption/heir.ts";
import { movesAmong } from "../plan/disruption/moves.ts";
import { dependsOnUnreadCopies, evidenceGaps } from "../plan/evidence-gaps.ts";
import { type Plan, planOf, wantedActions } from "../plan/plan.ts";
import { readsNeeded } from "../plan/preflight/reads-needed.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolve/resolved.ts";

/**
 * Reads the broker and makes the plan. It writes nothing.
 *
 * 1. One burst reads every declared resource. The first plan is made from these reads.
 * 2. A second burst follows only if the first plan needs one. It reads the consumers of streams that have more
 *    consumers than are declared, the owners and the origins of undeclared streams, what the plan's forecasts lack, and
 *    other live configs that may conflict with the writes. The plan is then made again, from all reads.
 *
 * @throws BrokerError if the broker cannot be asked at all.
 */
export async function planLive(
  api: JetStreamApi,
  topology: ResolvedTopology,
  resources: ResolvedResource[],
  factsOf: (account: AccountInfo | undefined) => ServerFacts,
): Promise<{ plan: Plan; seen: BrokerState }> {
  const bounded = limitReads();
  const live = await readLive(api, bounded, resources);
  const server = factsOf(live.account);
  const first: BrokerState = { live, server, ...NO_SECOND_BURST };
  const wanted = await wantedInTurns(topology, resources, first);
  const draft = planOf(topology, wanted, first);
  const isCopyInQuestion = dependsOnUnreadCopies(draft);
  const [undeclaredConsumers, undeclaredStreams, evidence, extra] = await Promise.all([
    readUndeclaredConsumers(api, bounded, topology, resources, live),
    readUndeclaredStreams(api, bounded, topology, { live, server, isCopyInQuestion }),
    readEvidence(api, bounded, evidenceGaps(draft), live),
    readExtra(api, bounded, readsNeeded(wanted, first), live),
  ]);
  const seen: BrokerState = { ...first, undeclaredConsumers, undeclaredStreams, evidence, extra };
  if (evidence.size > 0 || isCopyInQuestion || anyGainsMirrorDirect(topology, wanted, seen)) {
    const decided = await wantedInTurns(topology, resources, seen);
    seen.extra = await readStillNeeded(api, bounded, decided, seen);
    return { plan: planOf(topology, decided, seen), seen };
  }
  const hasNothingNew = undeclaredConsumers.length + undeclaredStreams.size === 0 && isNothing(extra);
  return { plan: hasNothingNew ? draft : planOf(topology, wanted, seen), seen };
}

/** Reads what the plan still needs after the evidence has turned a held difference into one that is applied. */
async function readStillNeeded(
  api: JetStreamApi,
  bounded: ReadLimit,
  wanted: Action[],
  seen: BrokerState,
): Promise<ExtraReads> {
  const needed = readsNeeded(wanted, { ...seen, extra: NO_EXTRA_READS });
  const { configs, owners, consumers } = seen.extra;
  const more = {
    configs: needed.configs && configs.size === 0,
    subjects: needed.subjects.filter((subject) => !owners.has(subject)),
    consumers: needed.consumers.filter((stream) => !consumers.has(stream)),
  };
  if (!more.configs && more.subjects.length + more.consumers.length === 0) return seen.extra;
  const read = await readExtra(api, bounded, more, seen.live);
  return {
    configs: more.configs ? read.configs : configs,
    owners: new Map([...owners, ...read.owners]),
    consumers: new Map([...consumers, ...read.consumers]),
  };
}

/** The empty results of a second burst that has not been sent. */
const NO_SECOND_BURST = {
  undeclaredConsumers: [],
  undeclaredStreams: new Map(),
  evidence: new Map(),
  extra: NO_EXTRA_READS,
};

/** How many resources are decided in one turn of the event loop. This takes a few milliseconds. */
const IN_ONE_TURN = 100;

/**
 * Decides about the resources in several turns of the event loop. V8 prefers to finish a garbage collection between two
 * turns. Without such a pause the heap grows, by 25 MB over a thousand resources.
 */
async function wantedInTurns(
  topology: ResolvedTopology,
  resources: ResolvedResource[],
  seen: BrokerState,
): Promise<Action[]> {
  const wanted: Action[] = [];
  const heirs = heirsAmong(topology, resources);
  const moves = movesAmong(resources, seen);
  for (let start = 0; start < resources.length; start += IN_ONE_TURN) {
    if (start > 0) await turn();
    wanted.push(...wantedActions(topology, resources.slice(start, start + IN_ONE_TURN), seen, heirs, moves));
  }
  return wanted;
}
