import type { StreamConfig } from "../jetstream/types.ts";

/** The stream that a mirror copies, where that is one of the same account; `undefined` of any other stream. */
export function mirrorOrigin({ mirror }: Partial<StreamConfig>): string | undefined {
  return mirror?.external ? undefined : mirror?.name;
}
