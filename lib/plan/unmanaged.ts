import type { BrokerState } from "../observe/broker-state.ts";
import { isIgnored, undeclaredNames } from "../observe/undeclared-names.ts";
import type { Orphan } from "../report/result.ts";
import { idOfStream } from "../topology/fields/names.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";

/** The live resources that the topology does not declare, by owner. Buckets are listed as buckets. */
export interface UndeclaredResources {
  /** The ids of resources without an owner. */
  unmanaged: string[];
  /** The resources whose owner is another topology. */
  others: { id: string; topology: string }[];
  /** The resources whose owner is this topology. */
  orphans: Orphan[];
}

/** Sorts undeclared resources by the owner in their metadata. Resources that the topology ignores are left out. */
export function undeclaredResources(topology: ResolvedTopology, broker: BrokerState): UndeclaredResources {
  const { live, undeclaredConsumers, undeclaredStreams } = broker;
  const result: UndeclaredResources = { unmanaged: [], others: [], orphans: [] };
  const add = (id: string, owner: string | undefined, holds: Omit<Orphan, "id">) => {
    if (owner === undefined) result.unmanaged.push(id);
    else if (owner === topology.name) result.orphans.push({ id, ...holds });
    else result.others.push({ id, topology: owner });
  };
  for (const name of undeclaredNames(topology, live.streamNames ?? [])) {
    const stream = undeclaredStreams.get(name);
    add(idOfStream(name), stream?.owner, stream?.holds ?? {});
  }
  for (const { stream, consumer, owner, pending } of undeclaredConsumers) {
    const id = `consumer/${stream}/${consumer}`;
    if (!isIgnored(topology, id)) add(id, owner, { pending });
  }
  return result;
}
