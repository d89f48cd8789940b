import type { StreamConfig } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { streamNamed } from "../../observe/live.ts";
import { mirrorOrigin } from "../../topology/mirror-origin.ts";
import type { ResolvedStream, ResolvedTopology } from "../../topology/resolve/resolved.ts";
import type { Action } from "../action.ts";

/**
 * Whether a write of this mirror gives it direct reads. The server sets `mirror_direct` to the origin's `allow_direct`
 * at each create and update of the mirror, whatever the request asks for (ADR-31). The origin counts as this run leaves
 * it, because the run writes it before the mirror.
 */
export function gainsMirrorDirect(
  topology: ResolvedTopology,
  mirror: Partial<StreamConfig>,
  broker: BrokerState,
): boolean {
  const origin = mirrorOrigin(mirror);
  if (origin === undefined) return false;
  const live =
    streamNamed(broker.live, origin)?.config.allow_direct ?? broker.undeclaredStreams.get(origin)?.allowDirect;
  const declared = streamsOf(topology).get(origin);
  return declared ? (wantedDirect(declared) ?? live ?? false) : (live ?? false);
}

/** Whether the undeclared streams that were read show that a write gives direct reads to a held mirror. */
export function anyGainsMirrorDirect(topology: ResolvedTopology, actions: Action[], broker: BrokerState): boolean {
  return actions.some(
    (action) =>
      "decision" in action &&
      action.decision.differences.some(({ field, held }) => field === "mirror_direct" && held) &&
      gainsMirrorDirect(topology, action.resource.enforced as Partial<StreamConfig>, broker),
  );
}

/** The `allow_direct` that a run gives to the origin; `undefined` if the run leaves the live value. */
function wantedDirect({ enforced, policy }: ResolvedStream): boolean | undefined {
  if (policy.manage === "observe") return undefined;
  return enforced.allow_direct ?? (policy.exact ? false : undefined);
}

/** A cache: a plan looks up the origin of each mirror, and a topology may have thousands of mirrors. */
const STREAMS_BY_NAME = new WeakMap<ResolvedTopology, ReadonlyMap<string, ResolvedStream>>();

/** The declared streams, by name on the wire. */
function streamsOf(topology: ResolvedTopology): ReadonlyMap<string, ResolvedStream> {
  const known = STREAMS_BY_NAME.get(topology);
  if (known) return known;
  const streams = topology.resources.filter((each) => each.kind !== "consumer");
  const byName = new Map(streams.map((each) => [each.stream, each]));
  STREAMS_BY_NAME.set(topology, byName);
  return byName;
}
