import type { Topology } from "./schema/topology.ts";
import { validated } from "./validate.ts";

/**
 * Declares a topology: checks it, and returns it as given.
 * @throws TopologyError with every mistake, each with the path to it.
 */
export function defineTopology(topology: Topology): Topology {
  return validated(topology);
}
