import type { JetStreamApi } from "../jetstream/api.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { AccountInfo } from "../jetstream/types.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolved.ts";
import { boundedReads } from "./bounded.ts";
import { lacking, readEvidence } from "./evidence.ts";
import { makePlan, type Plan, type Seen, wantedActions } from "./plan.ts";
import { asksOf, isNothing, NO_OTHERS, readOthers } from "./preflight/others.ts";
import { readLive } from "./read.ts";
import { readStrays } from "./strays.ts";

/**
 * Reads the broker and plans; writes nothing.
 *
 * 1. One burst reads all that is declared; the plan is made of it.
 * 2. Only where that gives reason to, a second one: the consumers of streams that have more than are declared, what
 *    the plan's forecasts lack, and what else is live that its writes may not work with. The plan is then made again,
 *    of all of it.
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
  const first: Seen = { live, server, strays: [], evidence: new Map(), others: NO_OTHERS };
  const draft = makePlan(topology, resources, first);
  const [strays, evidence, others] = await Promise.all([
    readStrays(api, bounded, resources, live),
    readEvidence(api, bounded, lacking(draft), live),
    readOthers(api, bounded, asksOf(wantedActions(resources, first), first), first),
  ]);
  const seen = { ...first, strays, evidence, others };
  const isTheSame = strays.length === 0 && evidence.size === 0 && isNothing(others);
  return { plan: isTheSame ? draft : makePlan(topology, resources, seen), seen };
}
