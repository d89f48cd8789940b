import type { Topology } from "../schema/topology.ts";
import { validated } from "../validate.ts";
import { resolveBucket } from "./bucket.ts";
import { resolveConsumer } from "./consumer.ts";
import type { ResolvedTopology } from "./resolved.ts";
import { resolveStream } from "./stream.ts";

/**
 * The topology in the broker's terms: every resource as the config it stands for, plain JSON all through.
 * @throws TopologyError with every mistake, each with the path to it.
 */
export function resolveTopology(input: Topology): ResolvedTopology {
  const topology = validated(input);
  const exact = topology.exact ?? false;
  return {
    name: topology.name,
    ignore: topology.ignore ?? [],
    ...ownerSettings(topology),
    resources: [
      ...(topology.streams ?? []).map((each) => resolveStream(each, exact)),
      ...(topology.kvBuckets ?? []).map((each) => resolveBucket("kv", each, exact)),
      ...(topology.objectStores ?? []).map((each) => resolveBucket("object", each, exact)),
      ...(topology.consumers ?? []).map((each) => resolveConsumer(each, exact)),
    ],
  };
}

function ownerSettings({ adopt, takeOver, ownerMetadata }: Topology): Partial<ResolvedTopology> {
  const settings = { adopt, takeOver, ownerMetadata };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
