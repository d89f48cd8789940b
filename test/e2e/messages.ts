import { createHash } from "node:crypto";
import type { NatsConnection } from "nats";
import type { Hand } from "../../functions/local/demo/demo-hand.ts";
import { api } from "../support/raw.ts";

/** Streams with messages that nobody ever allows to go. */
const STREAMS = ["RESULTS", "AUDIT", "KV_agent_config", "OBJ_result_output"];

/** What a fleet stores: results, what operators did, settings with their history, an object. */
export async function storeMessages(hand: Hand): Promise<void> {
  for (let i = 1; i <= 20; i++) await hand.publish(`results.pc-${i}`, `output of job ${i}`);
  for (let i = 1; i <= 5; i++) await hand.publish("audit.jobs", `operator started job ${i}`);
  for (let i = 1; i <= 4; i++) await hand.putKey("agent_config", "global", `settings ${i}`);
  await hand.putObject("result_output", "nightly/pc-1", "output that is too large to be inline");
}

export interface Stored {
  count: number;
  /** Of every message: where it lies, its subject, headers and payload. */
  digest: string;
}

/** Reads every message by its number. */
export async function storedMessages(nc: NatsConnection): Promise<Stored> {
  const hash = createHash("sha256");
  let count = 0;
  for (const stream of STREAMS) {
    const { state } = await api(nc, `STREAM.INFO.${stream}`);
    count += state.messages;
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const { message } = await api(nc, `STREAM.MSG.GET.${stream}`, { seq });
      hash.update(JSON.stringify([stream, seq, message.subject, message.hdrs ?? "", message.data ?? ""]));
    }
  }
  return { count, digest: hash.digest("hex") };
}

/** The names of all streams at the broker, those of buckets included. */
export async function streamNames(nc: NatsConnection): Promise<string[]> {
  const { streams } = await api(nc, "STREAM.NAMES");
  return ((streams ?? []) as string[]).toSorted();
}
