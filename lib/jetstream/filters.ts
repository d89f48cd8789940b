import type { ConsumerConfig } from "./types.ts";

/** What a consumer gets, as subjects with wildcards; all where it has no filter. */
export function filtersOf({ filter_subject: one, filter_subjects: many }: ConsumerConfig): string[] {
  return many?.length ? many : [one || ">"];
}
