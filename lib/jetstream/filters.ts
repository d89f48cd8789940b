import type { ConsumerConfig } from "./types.ts";

/** The subjects that a consumer reads, with wildcards. A consumer without a filter reads all (`>`). */
export function filtersOf({ filter_subject: one, filter_subjects: many }: ConsumerConfig): string[] {
  return many?.length ? many : [one || ">"];
}
