import { declaredName } from "../fields/names.ts";
import type { ResolvedConsumer, ResolvedStream } from "../resolve/resolved.ts";
import { amongStreams } from "./among-streams.ts";
import { deliveryRules } from "./consumer-delivery.ts";
import { nameIsNotTheServers } from "./consumer-name.ts";
import { startRules } from "./consumer-start.ts";
import { consumersOnStreams } from "./consumers-on-streams.ts";
import { labelsFit } from "./labels.ts";
import { policiesNameFields } from "./policies.ts";
import type { ConsumerRule, Placed, PlacedFinding, StreamRule, TopologyRule, WholeTopology } from "./rule.ts";
import { featureRules } from "./stream-features.ts";
import { limitRules } from "./stream-limits.ts";
import { sourceRules } from "./stream-sources.ts";
import { subjectRules } from "./stream-subjects.ts";

export const streamRules: StreamRule[] = [labelsFit, ...limitRules, ...featureRules, ...subjectRules, ...sourceRules];
export const consumerRules: ConsumerRule[] = [labelsFit, nameIsNotTheServers, ...startRules, ...deliveryRules];
export const topologyRules: TopologyRule[] = [policiesNameFields, ...amongStreams, ...consumersOnStreams];

/** Everything the rules find wrong with it. */
export function findings(topology: WholeTopology): PlacedFinding[] {
  return [
    ...topology.streams.flatMap(inStream),
    ...topology.consumers.flatMap(inConsumer),
    ...topologyRules.flatMap((rule) => [...rule(topology)]),
  ];
}

function inStream({ place, resource: { kind, name, enforced } }: Placed<ResolvedStream>): PlacedFinding[] {
  const its = (field: string) => declaredName(kind, field);
  return streamRules
    .flatMap((rule) => [...rule({ kind, name, config: enforced, its })])
    .map(({ field, at = "", message }) => ({ path: `${place}.${its(field)}${at}`, message }));
}

function inConsumer({ place, resource: { enforced } }: Placed<ResolvedConsumer>): PlacedFinding[] {
  const its = (field: string) => declaredName("consumer", field);
  return consumerRules
    .flatMap((rule) => [...rule({ config: enforced, its })])
    .map(({ field, at = "", message }) => ({ path: `${place}.${its(field)}${at}`, message }));
}
