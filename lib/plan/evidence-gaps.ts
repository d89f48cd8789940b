import type { Int64 } from "../jetstream/types.ts";
import type { EvidenceGap } from "../observe/evidence.ts";
import type { Plan } from "./plan.ts";

/** What a plan lacks, one entry a stream. */
export function evidenceGaps(plan: Plan): EvidenceGap[] {
  const lacks = plan.actions.flatMap((action): EvidenceGap[] => {
    if (action.does !== "update" && action.does !== "hold") return [];
    const { decision, question, resource } = action;
    const state = question.stored?.state;
    const verdicts = decision.differences.map(({ verdict }) => verdict);
    const needs = verdicts.flatMap((verdict) => verdict.needs ?? []);
    const ofHeirs = verdicts
      .flatMap((verdict) => verdict.ofHeirs ?? [])
      .map((heir): EvidenceGap => {
        return { ...heir, needs: ["storedOn"], maxAge: 0 };
      });
    if (!state || needs.length === 0) return ofHeirs;
    const age = decision.differences.find(({ field }) => field === "max_age" && resource.kind !== "consumer")?.declared;
    const storedOn = verdicts.flatMap((verdict) => verdict.storedOn ?? []);
    return [{ stream: resource.stream, state, needs, maxAge: (age ?? 0) as Int64, storedOn }, ...ofHeirs];
  });
  return [...Map.groupBy(lacks, ({ stream }) => stream).values()].map(inOne);
}

/** Whether a plan depends on what streams copy that it has not read. */
export function dependsOnUnreadCopies({ actions }: Plan): boolean {
  return actions.some((action) => {
    if (action.does !== "update" && action.does !== "hold") return false;
    return action.decision.differences.some(({ verdict }) => verdict.needsCopies);
  });
}

/** A stream and its consumers may each lack something of the same stream. */
function inOne(lacks: EvidenceGap[]): EvidenceGap {
  const [first] = lacks as [EvidenceGap];
  return {
    ...first,
    needs: [...new Set(lacks.flatMap(({ needs }) => needs))],
    maxAge: lacks.map(({ maxAge }) => maxAge).find((age) => age > 0) ?? 0,
    storedOn: [...new Set(lacks.flatMap(({ storedOn }) => storedOn))],
  };
}
