import { type Topology, topologySchema } from "./schema/topology.ts";
import { TopologyError } from "./topology-error.ts";

/** The topology as given, when nothing is wrong with it. */
export function validated(input: Topology): Topology {
  const { error } = topologySchema.safeParse(input);
  if (error) {
    throw new TopologyError(error.issues.map(({ path, message }) => ({ path: path.join("."), message })));
  }
  return input;
}
