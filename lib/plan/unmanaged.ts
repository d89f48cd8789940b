import type { Orphan } from "../report/result.ts";
import { bucketName, streamPrefix } from "../topology/fields/names.ts";
import { matches } from "../topology/pattern.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";
import type { Seen } from "./plan.ts";

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
export function undeclaredResources(topology: ResolvedTopology, seen: Seen): UndeclaredResources {
  const { live, strays, undeclaredStreams } = seen;
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
  for (const { stream, consumer, owner, pending } of strays) {
    const id = `consumer/${stream}/${consumer}`;
    if (!isIgnored(topology, id)) add(id, owner, { pending });
  }
  return result;
}

/** Of live streams, the names of those that the topology neither declares nor ignores. */
export function undeclaredNames(topology: ResolvedTopology, names: string[]): string[] {
  const declared = new Set(topology.resources.filter(({ kind }) => kind !== "consumer").map(({ stream }) => stream));
  return names.filter((name) => !declared.has(name) && !isIgnored(topology, idOfStream(name)));
}

function isIgnored({ ignore }: ResolvedTopology, id: string): boolean {
  return ignore.some((pattern) => matches(pattern, id));
}

/** A live stream as a topology would call it: `stream/OLD`, `kv/jobs`. */
export function idOfStream(name: string): string {
  const kind = (["kv", "object"] as const).find((each) => name.startsWith(streamPrefix[each])) ?? "stream";
  return `${kind}/${bucketName(kind, name)}`;
}
