import type { StreamConfig, StreamInfo, StreamSourceInfo, StreamState } from "../jetstream/types.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import type { StreamEvidence } from "../observe/evidence.ts";

/**
 * What a stream stores, and the evidence that was read because a change depends on it. A consumer has the one of its
 * stream.
 */
export interface Stored extends StreamEvidence {
  state: StreamState;
  retention: StreamConfig["retention"];
  /** The bytes that the smallest message takes, by the server's count. */
  smallestRecord: number;
  /** The time when the state was read, in epoch milliseconds. */
  now: number;
  replicas?: number;
  /** What the server reports about each source. */
  sources?: StreamSourceInfo[];
  /** Names of every stream of the account; absent if the user may not ask. */
  streamNames?: string[];
}

/** What the broker state says about a live stream's messages. */
export function storedOf(info: StreamInfo, { live, evidence }: Pick<BrokerState, "live" | "evidence">): Stored {
  const smallestRecord = SMALLEST_RECORD[info.config.storage ?? "file"];
  return {
    state: info.state,
    retention: info.config.retention,
    smallestRecord,
    now: live.readAt,
    replicas: info.config.num_replicas || 1,
    ...(info.sources ? { sources: info.sources } : {}),
    ...(live.streamNames ? { streamNames: live.streamNames } : {}),
    ...evidence.get(info.config.name),
  };
}

/**
 * Bytes of a message with a subject of one letter and nothing else, by the stores' own count (filestore.go,
 * memstore.go).
 */
const SMALLEST_RECORD = { file: 31, memory: 17 };
