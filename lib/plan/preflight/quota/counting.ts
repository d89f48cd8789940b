import { isAtLeast, type ServerFacts } from "../../../jetstream/server.ts";
import type { StreamConfig } from "../../../jetstream/types.ts";
import { bytesOf, replicasOf } from "../../stream-write.ts";

/** How one server counts what streams reserve of an account's storage, in bytes. */
export interface Counting {
  /** What another live stream takes, as the server counts it for a write to a stream with this number of replicas. */
  other(stream: StreamConfig, replicas: number): number;
  /** What the updated stream itself has reserved, without what the update adds. */
  before(live: StreamConfig, config: StreamConfig): number;
  /** How many times `before` counts each byte. */
  copiesBefore(live: StreamConfig, config: StreamConfig): number;
  /** What a create or an update adds. */
  adds(config: StreamConfig, live: StreamConfig | undefined): number;
  /** Whether a stream in memory also takes of the file storage, and the other way round. */
  mixesStorages: boolean;
}

/**
 * Selects how a server release counts. A limit of the account as a whole is meant to count every replica. A limit of a
 * tier (`R3`) is meant to count a stream once, because the tier's name says the rest. The releases reached that in
 * steps. From nats-server's own code of each release:
 *
 * - up to 2.10.7, replicas count in tiers too;
 * - from 2.10.8, what a write adds counts once however many replicas it has; fixed in 2.12.9 and 2.14.1;
 * - from 2.10.8, in a cluster, the other streams count as if they had as many replicas as the one that is written;
 *   fixed in 2.11.15 and 2.12.5;
 * - before 2.11.15 and 2.12.5, a server that is not clustered confuses file and memory in a tier.
 *
 * Measured on 2.9.10, 2.10.27 and 2.15.1, alone and in a cluster, by account and by tier. A create that reserves
 * nothing counts as one byte.
 */
export function countingOf(server: ServerFacts, isTiered: boolean): Counting {
  const isOldest = !isAtLeast(server, "2.10.8");
  const isFixed = isFixedIn(server, ["2.12.9", "2.14.1"]);
  const usesWrittenReplicas = !isOldest && !isFixedIn(server, ["2.11.15", "2.12.5"]);
  const times = (replicas: number) => (isTiered && !isOldest ? 1 : replicas);

  return {
    mixesStorages: isTiered && server.cluster === null && !isFixedIn(server, ["2.11.15", "2.12.5"]),
    other(stream, replicas) {
      const counted = usesWrittenReplicas && server.cluster !== null ? replicas : replicasOf(stream);
      return Math.max(0, bytesOf(stream)) * times(counted);
    },
    before(live, config) {
      const bytes = isFixed ? Math.min(bytesOf(live), bytesOf(config)) : bytesOf(live);
      return Math.max(0, bytes) * this.copiesBefore(live, config);
    },
    copiesBefore(live, config) {
      return times(replicasOf(isFixed ? config : live));
    },
    adds(config, live) {
      const own = isOldest || isFixed ? times(replicasOf(config)) : 1;
      if (live === undefined) return (bytesOf(config) > 0 ? bytesOf(config) : 1) * own;
      const more = Math.max(0, bytesOf(config)) - Math.max(0, bytesOf(live));
      const copies = isOldest ? Math.max(0, replicasOf(config) - replicasOf(live)) * Math.max(0, bytesOf(live)) : 0;
      return Math.max(0, more) * own + copies;
    },
  };
}

/** Whether a server has a change that came in these releases of different minors. Every later minor has it too. */
function isFixedIn(server: ServerFacts, releases: string[]): boolean {
  const minor = (version: string) => version.split(".").slice(0, 2).join(".");
  const own = releases.find((release) => minor(release) === minor(server.version));
  return isAtLeast(server, own ?? (releases.at(-1) as string));
}
