import type { BrokerState } from "../observe/broker-state.ts";
import { isIgnored, undeclaredNames } from "../observe/undeclared-names.ts";
import type { Orphan } from "../report/result.ts";
import { idOfStream } from "../topology/fields/names.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";

/** What is live and not in the topology, by whose it is. Buckets are told as buckets. */
export interface UndeclaredResources {
  /** Ids of what carries no topology's name. */
  unmanaged: string[];
  /** What carries another topology's name. */
  others: { id: string; topology: string }[];
  /** What carries this topology's name. */
  orphans: Orphan[];
}

/** Sorts what is not declared by the owner in its metadata; what the topology says to ignore is left out. */
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
