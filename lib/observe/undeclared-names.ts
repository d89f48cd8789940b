import { idOfStream } from "../topology/fields/names.ts";
import { matches } from "../topology/pattern.ts";
import type { ResolvedTopology } from "../topology/resolve/resolved.ts";

/** The names of the live streams that the topology neither declares nor ignores. */
export function undeclaredNames(topology: ResolvedTopology, names: string[]): string[] {
  const declared = new Set(topology.resources.filter(({ kind }) => kind !== "consumer").map(({ stream }) => stream));
  return names.filter((name) => !declared.has(name) && !isIgnored(topology, idOfStream(name)));
}

/** Whether the topology says to ignore the resource with this id. */
export function isIgnored({ ignore }: ResolvedTopology, id: string): boolean {
  return ignore.some((pattern) => matches(pattern, id));
}
