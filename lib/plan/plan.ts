import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ConsumerConfig, ConsumerInfo, StreamInfo } from "../jetstream/types.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import { type Read, streamNamed } from "../observe/live.ts";
import { declaredName } from "../topology/fields/names.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolve/resolved.ts";
import { topologyWarnings } from "../topology/topology-warnings.ts";
import type { Action } from "./action.ts";
import { markBlocked } from "./blocked.ts";
import { createConfig, decide } from "./decide.ts";
import type { DecisionInput } from "./decision-input.ts";
import { consumerDefaults, USUAL_ACK_PENDING } from "./defaults/consumer-defaults.ts";
import { gainsMirrorDirect } from "./defaults/mirror-direct.ts";
import { possibleConsumerLimits, possibleStreamLimits } from "./defaults/server-limits.ts";
import { type Heirs, heirsAmong } from "./disruption/heir.ts";
import { type Moves, movesAmong } from "./disruption/moves.ts";
import { withEverythingAllowed } from "./everything-allowed.ts";
import { CONSUMER_TABLE, type Fields, STREAM_TABLE, type Table } from "./fields/tables.ts";
import { otherOwnerError, ownershipOf } from "./ownership.ts";
import { planId } from "./plan-id.ts";
import { consumerWarnings } from "./preflight/consumers.ts";
import { preflight } from "./preflight/preflight.ts";
import { storedOf } from "./stored.ts";
import { explainUnstored } from "./subject-handover/unstored.ts";
import { type UndeclaredResources, undeclaredResources } from "./unmanaged.ts";

export interface Plan extends UndeclaredResources {
  /** The same for the same actions on the same live values. It changes as soon as either of them does. */
  id: string;
  /** The actions, in the topology's order. */
  actions: Action[];
  /**
   * One sentence for each thing that may fail because of the server's configuration, which no request shows, and for
   * each declared value that the server accepts and replaces.
   */
  warnings: string[];
}

/** Decides about every resource, and bars what cannot work. The function is pure: the caller has read the broker. */
export function makePlan(topology: ResolvedTopology, resources: ResolvedResource[], broker: BrokerState): Plan {
  return planOf(topology, wantedActions(topology, resources, broker), broker);
}

/** Makes a plan from wanted actions: bars what cannot work, and adds ids and warnings. */
export function planOf(topology: ResolvedTopology, wanted: Action[], broker: BrokerState): Plan {
  const check = (actions: Action[]) => preflight(actions, broker, topology.resources);
  const actions = explainUnstored(markBlocked(check(wanted), wanted, check), broker);
  return {
    id: planId(topology, actions),
    actions,
    ...undeclaredResources(topology, broker),
    warnings: [
      ...topologyWarnings(
        actions.map(({ resource }) => resource),
        ({ stream, enforced }) =>
          streamNamed(broker.live, stream) !== undefined || gainsMirrorDirect(topology, enforced, broker),
      ),
      ...consumerWarnings(actions, broker),
    ],
  };
}

/**
 * The actions of a run in which every action works.
 *
 * @param heirs the heirs among all that the run looks at, if these resources are only some of it
 * @param moves likewise
 */
export function wantedActions(
  topology: ResolvedTopology,
  resources: ResolvedResource[],
  broker: BrokerState,
  heirs = heirsAmong(topology, resources),
  moves = movesAmong(resources, broker),
): Action[] {
  return resources.map((resource) => actionFor(topology, resource, broker, { heirs, moves }));
}

function actionFor(
  topology: ResolvedTopology,
  resource: ResolvedResource,
  broker: BrokerState,
  { heirs, moves }: { heirs: Heirs; moves: Moves },
): Action {
  const { live, server } = broker;
  const table = resource.kind === "consumer" ? CONSUMER_TABLE : STREAM_TABLE;
  const info: Read<StreamInfo | ConsumerInfo> =
    resource.kind === "consumer" ? live.consumers.get(resource.id) : live.streams.get(resource.id);
  const about = { resource, table };
  if (info instanceof BrokerError) return { ...about, does: "fail", error: info };

  const { kind, enforced, createDefaults, policy } = resource;
  const ownership = ownershipOf(topology, policy);
  const input = {
    kind,
    enforced: enforced as Fields,
    createDefaults: createDefaults as Fields,
    policy,
    server,
    ownership,
  };
  if (info === undefined) return createAction(about, input);

  const question: DecisionInput = {
    ...input,
    live: info.config as unknown as Fields,
    now: live.readAt,
    heirOf: (subject) => heirs.of(resource, subject),
    heirsOfParts: (subject) => heirs.ofParts(resource, subject),
  };
  if (resource.kind !== "consumer") question.moves = moves.from(resource);
  if ("stream_name" in info) question.consumer = info;
  const stream = "state" in info ? info : streamNamed(live, resource.stream);
  if (stream) question.stored = storedOf(stream, broker);
  if (stream && resource.kind === "consumer") {
    const consumer = info.config as ConsumerConfig;
    const defaults = consumerDefaults(consumer, stream.config, broker);
    const usual = defaults.max_ack_pending ?? USUAL_ACK_PENDING;
    question.defaults = defaults as Fields;
    question.possibleLimits = possibleConsumerLimits(consumer, stream.config, usual, live);
  } else if (stream) {
    question.possibleLimits = possibleStreamLimits(stream.config, live, server);
    const lacksDirect = input.enforced.mirror_direct && !stream.config.mirror_direct;
    if (lacksDirect && gainsMirrorDirect(topology, stream.config, broker))
      question.givenByWrite = { mirror_direct: true };
  }
  const decision = decide(table, question);
  if (decision.update) return { ...about, does: "update", decision, question };
  const { differences, owner } = decision;
  if (differences.length > 0 && owner !== undefined) {
    return { ...about, does: "hold", decision, question, barred: { differences, error: otherOwnerError(owner) } };
  }
  if (differences.length > 0) return { ...about, does: "hold", decision, question };
  return { ...about, does: "nothing", decision };
}

function createAction(about: { resource: ResolvedResource; table: Table }, input: Omit<DecisionInput, "live">): Action {
  const { resource, table } = about;
  if (resource.policy.manage === "observe") {
    const message = "It does not exist, and as it is only observed it is not created.";
    return { ...about, does: "miss", error: new BrokerError(message, { class: "config" }) };
  }
  const { config, missing } = createConfig(table, input);
  const required = missing.filter(({ field }) => table.fields[field]?.requiredAtCreate);
  if (required.length === 0) return { ...about, does: "create", config, missing };
  const what = required.map(({ field, verdict }) => `${declaredName(resource.kind, field)}: ${verdict.reason}`);
  const message = `Without a part of its config it would be another thing (${what.join("; ")}).`;
  return { ...about, does: "refuse", error: new BrokerError(message, { class: "config" }) };
}

/**
 * The resources with every permission, as an approval of their plan gives it. A resource that is only observed stays
 * so.
 */
export function allowEverything(resources: ResolvedResource[]): ResolvedResource[] {
  return resources.map((resource) => ({ ...resource, policy: withEverythingAllowed(resource.policy) }));
}
