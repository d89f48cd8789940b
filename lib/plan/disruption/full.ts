import type { StreamConfig } from "../../jetstream/types.ts";
import type { Stored } from "../stored.ts";

/**
 * For each limit, whether a stream with `discard: new` has reached it and refuses messages, by the rules of the
 * server's stores.
 */
const IS_REACHED = {
  max_msgs: ({ state }: Stored, limit: number) => state.messages >= limit,
  max_bytes: ({ state, smallestRecord }: Stored, limit: number) => state.bytes + smallestRecord > limit,
};
export type StoreLimit = keyof typeof IS_REACHED;
export const STORE_LIMITS = Object.keys(IS_REACHED) as StoreLimit[];

export function isReached(limit: StoreLimit, value: unknown, stored: Stored): boolean {
  return Number(value) > 0 && IS_REACHED[limit](stored, Number(value));
}

/** The limit because of which a stream refuses every message now; `undefined` if the stream has room. */
export function limitReached(config: StreamConfig, stored: Stored | undefined): StoreLimit | undefined {
  if (!stored || stored.state.messages === 0 || config.discard !== "new") return undefined;
  return STORE_LIMITS.find((limit) => isReached(limit, config[limit], stored));
}
