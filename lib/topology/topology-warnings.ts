import type { ConsumerConfig, StreamConfig } from "../jetstream/types.ts";
import { declaredName } from "./fields/names.ts";
import { mirrorOrigin } from "./mirror-origin.ts";
import type { ResolvedConsumer, ResolvedResource, ResolvedStream } from "./resolve/resolved.ts";
import { hasMarkers, turnsRollUpsOn } from "./roll-ups.ts";

/**
 * Declared values that the server takes and replaces: clients and tools that send every field write them. They are no
 * mistakes, and the reader should know: one sentence each.
 *
 * @param isMirrorKnown whether the broker tells more of a mirror's direct reads than the declarations do
 */
export function topologyWarnings(
  resources: readonly ResolvedResource[],
  isMirrorKnown: (mirror: ResolvedStream) => boolean = () => false,
): string[] {
  const streams = new Map(
    resources.flatMap((each): [string, ResolvedStream][] => (each.kind === "consumer" ? [] : [[each.stream, each]])),
  );
  return resources.flatMap((resource) => {
    const sentences =
      resource.kind === "consumer"
        ? consumerWarnings(resource)
        : [...streamWarnings(resource), ...(isMirrorKnown(resource) ? [] : mirrorWarnings(resource, streams))];
    return sentences.map((sentence) => `${resource.id}: ${sentence}`);
  });
}

function streamWarnings({ kind, enforced }: ResolvedStream): string[] {
  const config: Partial<StreamConfig> = enforced;
  const its = (field: keyof StreamConfig) => declaredName(kind, field);
  const rollUps = turnsRollUpsOn(config);
  return [
    ...(hasMarkers(config) && config.allow_msg_ttl === false
      ? [turnedOn(its("allow_msg_ttl"), its("subject_delete_marker_ttl"))]
      : []),
    ...(rollUps && config.allow_rollup_hdrs === false ? [turnedOn(its("allow_rollup_hdrs"), its(rollUps))] : []),
  ];
}

function turnedOn(field: string, by: string): string {
  return `${field} is declared false, and the server turns it on because of ${by}.`;
}

/** The server sets a mirror's `mirror_direct` to its origin's `allow_direct`, which clients leave false on a stream. */
function mirrorWarnings({ kind, enforced }: ResolvedStream, streams: ReadonlyMap<string, ResolvedStream>): string[] {
  const name = enforced.mirror_direct ? mirrorOrigin(enforced) : undefined;
  const origin = name === undefined ? undefined : streams.get(name);
  if (!origin || (origin.enforced.allow_direct ?? origin.createDefaults.allow_direct)) return [];
  const [field, its] = [declaredName(kind, "mirror_direct"), declaredName(origin.kind, "allow_direct")];
  return [`${field} has no effect while the server sets it to ${its} of ${origin.id}: declare ${its}: true there.`];
}

function consumerWarnings({ enforced }: ResolvedConsumer): string[] {
  const { ack_wait: wait, backoff = [] }: Partial<ConsumerConfig> = enforced;
  const isReplaced = wait !== undefined && backoff.length > 0 && BigInt(wait) !== BigInt(backoff[0] ?? 0);
  return isReplaced ? ["ackWait has no effect beside backoff: the server sets it to the first backoff."] : [];
}
