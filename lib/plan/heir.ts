import type { ResolvedResource } from "../topology/resolved.ts";
import { covers } from "../topology/subjects.ts";
import { filtersOf } from "./filters.ts";

/**
 * The declared resource that takes over what another one gives up: a stream that is to store all of a subject, or a
 * consumer of the same stream that is to deliver it. Where the heir cannot take it, the preflight holds what it would
 * have been given.
 */
export function heirAmong(all: ResolvedResource[], giver: ResolvedResource, subject: string): string | undefined {
  const heir = all.find((each) => {
    if (each.id === giver.id || each.policy.manage === "observe") return false;
    if (each.kind === "consumer") {
      const isBeside = giver.kind === "consumer" && each.stream === giver.stream;
      return isBeside && filtersOf(each.enforced).some((filter) => covers(filter, subject));
    }
    return giver.kind !== "consumer" && (each.enforced.subjects ?? []).some((kept) => covers(kept, subject));
  });
  return heir?.id;
}
