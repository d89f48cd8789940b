import { bucketName, streamPrefix } from "../topology/names.ts";
import { matches } from "../topology/pattern.ts";
import type { ResolvedTopology } from "../topology/resolved.ts";
import type { Seen } from "./plan.ts";

/** Ids of what is live and not in the topology, buckets as buckets; what the topology says to ignore is left out. */
export function unmanagedResources(topology: ResolvedTopology, { live, strays }: Seen): string[] {
  const declared = new Set(topology.resources.filter(({ kind }) => kind !== "consumer").map(({ stream }) => stream));
  const streams = (live.streamNames ?? []).filter((name) => !declared.has(name)).map(idOfStream);
  const consumers = strays.map(([stream, consumer]) => `consumer/${stream}/${consumer}`);
  return [...streams, ...consumers].filter((id) => !topology.ignore.some((pattern) => matches(pattern, id)));
}

/** A live stream as a topology would call it: `stream/OLD`, `kv/jobs`. */
export function idOfStream(name: string): string {
  const kind = (["kv", "object"] as const).find((each) => name.startsWith(streamPrefix[each])) ?? "stream";
  return `${kind}/${bucketName(kind, name)}`;
}
