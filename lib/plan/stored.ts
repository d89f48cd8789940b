import type { StreamConfig, StreamInfo, StreamSourceInfo, StreamState } from "../jetstream/types.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import type { StreamEvidence } from "../observe/evidence.ts";

/** What is stored in a stream (of a consumer: the one it reads), and what was read beyond that because a change depends on it. */
export interface Stored extends StreamEvidence {
  state: StreamState;
  retention: StreamConfig["retention"];
  /** Bytes that the smallest message takes, by the server's count. */
  smallestRecord: number;
  /** When the state was read, epoch milliseconds. */
  now: number;
  replicas?: number;
  /** What the server says of each source. */
  sources?: StreamSourceInfo[];
  /** Every stream of the account; absent where the user may not ask. */
  streamNames?: string[];
}

/** What is known of a live stream's messages. */
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

/** By the stores' own count, of a message with one letter of subject and no more: filestore.go, memstore.go. */
const SMALLEST_RECORD = { file: 31, memory: 17 };
