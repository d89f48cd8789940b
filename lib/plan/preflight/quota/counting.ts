import { isAtLeast, type ServerFacts } from "../../../jetstream/server.ts";
import type { StreamConfig } from "../../../jetstream/types.ts";
import { bytesOf, replicasOf } from "../../stream-write.ts";

/** How one server counts what streams reserve of an account's storage. Bytes. */
export interface Counting {
  /** What a live stream takes, as seen by a write to a stream with so many replicas. */
  other(stream: StreamConfig, replicas: number): number;
  /** What an update finds reserved by the stream itself, beside what it adds. */
  before(live: StreamConfig, config: StreamConfig): number;
  /** How many times that counts each byte. */
  copiesBefore(live: StreamConfig, config: StreamConfig): number;
  /** What a create adds, or an update. */
  adds(config: StreamConfig, live: StreamConfig | undefined): number;
  /** A stream in memory takes of the file storage too, and the other way round. */
  mixesStorages: boolean;
}

/**
 * A limit of the account as a whole is meant to count every replica, and one of a tier (`R3`) to count a stream once,
 * for the tier's name says the rest. Releases came to that by and by; from nats-server's own code of each:
 *
 * - to 2.10.7, replicas count in tiers too;
 * - from 2.10.8, what a write adds counts once however many replicas it has; fixed in 2.12.9 and 2.14.1;
 * - from 2.10.8, in a cluster, the other streams count as if they had as many replicas as the one that is written;
 *   fixed in 2.11.15 and 2.12.5;
 * - to these two, a server that is not clustered mixes file and memory up in a tier.
 *
 * Measured on 2.9.10, 2.10.27 and 2.15.1, alone and in a cluster, by account and by tier. A create that reserves
 * nothing counts as one byte.
 */
export function countingOf(server: ServerFacts, isTiered: boolean): Counting {
  const isFirst = !isAtLeast(server, "2.10.8");
  const isLast = isFixedIn(server, ["2.12.9", "2.14.1"]);
  const isMiddle = !isFirst && !isFixedIn(server, ["2.11.15", "2.12.5"]);
  const times = (replicas: number) => (isTiered && !isFirst ? 1 : replicas);

  return {
    mixesStorages: isTiered && server.cluster === null && !isFixedIn(server, ["2.11.15", "2.12.5"]),
    other(stream, replicas) {
      const counted = isMiddle && server.cluster !== null ? replicas : replicasOf(stream);
      return Math.max(0, bytesOf(stream)) * times(counted);
    },
    before(live, config) {
      const bytes = isLast ? Math.min(bytesOf(live), bytesOf(config)) : bytesOf(live);
      return Math.max(0, bytes) * this.copiesBefore(live, config);
    },
    copiesBefore(live, config) {
      return times(replicasOf(isLast ? config : live));
    },
    adds(config, live) {
      const own = isFirst || isLast ? times(replicasOf(config)) : 1;
      if (live === undefined) return (bytesOf(config) > 0 ? bytesOf(config) : 1) * own;
      const more = Math.max(0, bytesOf(config)) - Math.max(0, bytesOf(live));
      const copies = isFirst ? Math.max(0, replicasOf(config) - replicasOf(live)) * Math.max(0, bytesOf(live)) : 0;
      return Math.max(0, more) * own + copies;
    },
  };
}

/** Whether a server has what came in these releases of different minors: every later minor has it too. */
function isFixedIn(server: ServerFacts, releases: string[]): boolean {
  const minor = (version: string) => version.split(".").slice(0, 2).join(".");
  const own = releases.find((release) => minor(release) === minor(server.version));
  return isAtLeast(server, own ?? (releases.at(-1) as string));
}
