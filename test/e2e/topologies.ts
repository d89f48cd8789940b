import { writeFileSync } from "node:fs";
import { join } from "node:path";
import kanade from "../../cdk/kanade.ts";
import type { Topology } from "../../lib/topology/index.ts";

const { streams = [], kvBuckets = [] } = kanade;

/** What an application team does: a bucket more, and more room for the results. */
export const changed: Topology = {
  ...kanade,
  streams: streams.map((each) => (each.name === "RESULTS" ? { ...each, maxBytes: "3GiB" } : each)),
  kvBuckets: [...kvBuckets, { name: "maintenance", history: 3 }],
};

/** The same with more room for events, and a stream for which the broker has none. */
export const tooLarge: Topology = {
  ...changed,
  streams: [
    ...(changed.streams ?? []).map((each) => (each.name === "EVENTS" ? { ...each, maxBytes: "512MiB" } : each)),
    { name: "HUGE", subjects: ["huge.>"], maxBytes: "1TiB" },
  ],
};

/** The same with another change, for a broker that is not there. */
export const another: Topology = {
  ...changed,
  kvBuckets: [...(changed.kvBuckets ?? []), { name: "holidays" }],
};

/** Writes one where `-c topology=` finds it. */
export function topologyFile(dir: string, name: string, topology: Topology): string {
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify(topology));
  return path;
}
