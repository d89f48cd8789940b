import type { StreamInfo } from "../jetstream/types.ts";
import type { Stored } from "./fields/field.ts";
import type { Seen } from "./plan.ts";

/** What is known of a live stream's messages. */
export function storedOf(info: StreamInfo, { live, evidence }: Pick<Seen, "live" | "evidence">): Stored {
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
