import type { Int64 } from "../jetstream/types.ts";
import type { EvidenceGap } from "../observe/evidence.ts";
import type { Plan } from "./plan.ts";

/** The evidence that a plan lacks, one entry for each stream. */
export function evidenceGaps(plan: Plan): EvidenceGap[] {
  const gaps = plan.actions.flatMap((action): EvidenceGap[] => {
    if (action.does !== "update" && action.does !== "hold") return [];
    const { decision, question, resource } = action;
    const state = question.stored?.state;
    const verdicts = decision.differences.map(({ verdict }) => verdict);
    const needs = verdicts.flatMap((verdict) => verdict.needs ?? []);
    const heirGaps = verdicts
      .flatMap((verdict) => verdict.ofHeirs ?? [])
      .map((heir): EvidenceGap => {
        return { ...heir, needs: ["storedOn"], maxAge: 0 };
      });
    if (!state || needs.length === 0) return heirGaps;
    const age = decision.differences.find(({ field }) => field === "max_age" && resource.kind !== "consumer")?.declared;
    const storedOn = verdicts.flatMap((verdict) => verdict.storedOn ?? []);
    return [{ stream: resource.stream, state, needs, maxAge: (age ?? 0) as Int64, storedOn }, ...heirGaps];
  });
  return [...Map.groupBy(gaps, ({ stream }) => stream).values()].map(mergedGap);
}

/** Whether a plan depends on which origins the unread streams copy. */
export function dependsOnUnreadCopies({ actions }: Plan): boolean {
  return actions.some((action) => {
    if (action.does !== "update" && action.does !== "hold") return false;
    return action.decision.differences.some(({ verdict }) => verdict.needsCopies);
  });
}

/** Merges the gaps of one stream: the stream and each of its consumers may have one. */
function mergedGap(gaps: EvidenceGap[]): EvidenceGap {
  const [first] = gaps as [EvidenceGap];
  return {
    ...first,
    needs: [...new Set(gaps.flatMap(({ needs }) => needs))],
    maxAge: gaps.map(({ maxAge }) => maxAge).find((age) => age > 0) ?? 0,
    storedOn: [...new Set(gaps.flatMap(({ storedOn }) => storedOn))],
  };
}
