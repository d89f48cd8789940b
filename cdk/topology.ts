import { createHash } from "node:crypto";
import {
  type ResolvedTopology,
  readTopology,
  resolveTopology,
  type Topology,
  TopologyError,
  writeResolved,
} from "../lib/topology/index.ts";

/**
 * The topology, checked.
 * @throws TopologyError whose text is all a person needs: the stack would only point into this package
 */
export function checkedTopology(topology: Topology | string): ResolvedTopology {
  try {
    return typeof topology === "string" ? readTopology(topology) : resolveTopology(topology);
  } catch (error) {
    if (error instanceof TopologyError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}

/** Changes with anything that is declared: a deployment with another one runs again. */
export function topologyHash(topology: ResolvedTopology): string {
  return createHash("sha256").update(writeResolved(topology)).digest("hex");
}
