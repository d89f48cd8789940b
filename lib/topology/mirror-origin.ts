import type { StreamConfig } from "../jetstream/types.ts";

/**
 * The stream that a mirror copies, if it is in the same account. `undefined` for a stream that is not such a mirror.
 */
export function mirrorOrigin({ mirror }: Partial<StreamConfig>): string | undefined {
  return mirror?.external ? undefined : mirror?.name;
}
