import type { StreamConfig } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { streamNamed } from "../../observe/live.ts";
import { mirrorOrigin } from "../../topology/mirror-origin.ts";
import type { ResolvedStream, ResolvedTopology } from "../../topology/resolve/resolved.ts";
import type { Action } from "../action.ts";

/**
 * Whether a write of this mirror gives it direct reads: the server sets `mirror_direct` to the origin's `allow_direct` at
 * each create and update of the mirror, whatever the request asks for (ADR-31). The origin is as this run leaves it,
 * because its write comes before the mirror's.
 */
export function gainsMirrorDirect(
  topology: ResolvedTopology,
  mirror: Partial<StreamConfig>,
  seen: BrokerState,
): boolean {
  const origin = mirrorOrigin(mirror);
  if (origin === undefined) return false;
  const live = streamNamed(seen.live, origin)?.config.allow_direct ?? seen.undeclaredStreams.get(origin)?.allowDirect;
  const declared = streamsOf(topology).get(origin);
  return declared ? (wantedDirect(declared) ?? live ?? false) : (live ?? false);
}

/** Whether a held mirror gains direct reads by what has been read of the undeclared streams. */
export function anyGainsMirrorDirect(topology: ResolvedTopology, actions: Action[], seen: BrokerState): boolean {
  return actions.some(
    (action) =>
      "decision" in action &&
      action.decision.differences.some(({ field, held }) => field === "mirror_direct" && held) &&
      gainsMirrorDirect(topology, action.resource.enforced as Partial<StreamConfig>, seen),
  );
}

/** The `allow_direct` that a run gives to the origin; `undefined` where it leaves the live value. */
function wantedDirect({ enforced, policy }: ResolvedStream): boolean | undefined {
  if (policy.manage === "observe") return undefined;
  return enforced.allow_direct ?? (policy.exact ? false : undefined);
}

/** A plan asks for the origin of each mirror, and a topology may have thousands of them. */
const STREAMS = new WeakMap<ResolvedTopology, ReadonlyMap<string, ResolvedStream>>();

/** The declared streams, by their name on the wire. */
function streamsOf(topology: ResolvedTopology): ReadonlyMap<string, ResolvedStream> {
  const known = STREAMS.get(topology);
  if (known) return known;
  const streams = topology.resources.filter((each) => each.kind !== "consumer");
  const byName = new Map(streams.map((each) => [each.stream, each]));
  STREAMS.set(topology, byName);
  return byName;
}
