import type { StreamConfig } from "../../jetstream/types.ts";
import type { Stored } from "../stored.ts";

/** Limits beyond which `discard: new` refuses messages, by the rules of the server's stores. */
const REACHED = {
  max_msgs: ({ state }: Stored, limit: number) => state.messages >= limit,
  max_bytes: ({ state, smallestRecord }: Stored, limit: number) => state.bytes + smallestRecord > limit,
};
export type StoreLimit = keyof typeof REACHED;
export const STORE_LIMITS = Object.keys(REACHED) as StoreLimit[];

export function isReached(limit: StoreLimit, value: unknown, stored: Stored): boolean {
  return Number(value) > 0 && REACHED[limit](stored, Number(value));
}

/** The limit because of which a stream refuses every message now; `undefined` where it has room. */
export function limitReached(config: StreamConfig, stored: Stored | undefined): StoreLimit | undefined {
  if (!stored || stored.state.messages === 0 || config.discard !== "new") return undefined;
  return STORE_LIMITS.find((limit) => isReached(limit, config[limit], stored));
}
