import { listText } from "../text/text.ts";
import { PERMISSION_OF } from "./permission.ts";
import type { ReportedDifference, ReportedResource, Result } from "./result.ts";

/** An ensure would find nothing to do: what is settling needs time, and no request. */
export function isNothingToDo({ summary, resources }: Pick<Result, "summary" | "resources">): boolean {
  return summary.unchanged === resources.length;
}

/** The run is about some of the declared resources: of the others it knows nothing. */
export function isPartial({ lookedAt }: Pick<Result, "lookedAt">): boolean {
  return lookedAt.resources < lookedAt.declared;
}

/** An ensure would do something. A held resource may have other differences that it would apply. */
export function hasWork({ summary, resources }: Result): boolean {
  return Boolean(summary.toCreate || summary.toUpdate) || resources.some(hasDifferenceToApply);
}

function hasDifferenceToApply({ differences }: ReportedResource): boolean {
  return differences.some(({ outcome }) => outcome === "toApply");
}

/** What approving the plan would apply besides. */
export function approvable({ resources }: Result): ReportedDifference[] {
  return resources.flatMap(approvableOf);
}

/**
 * Of one resource. An approval writes nothing that belongs to another topology or that is only observed, and nothing that
 * the plan would hold also when it is approved.
 */
export function approvableOf({ differences, owner, observed }: ReportedResource): ReportedDifference[] {
  return owner === undefined && !observed ? differences.filter(mayBeApproved) : [];
}

function mayBeApproved({ outcome, impact, blocked }: ReportedDifference): boolean {
  return outcome === "held" && !blocked && PERMISSION_OF[impact] !== undefined;
}

/** The impacts that an approval would take, as in a sentence: `lossy`, `disruptive and one-way`. */
export function approvableImpacts(result: Result): string {
  const impacts = [...new Set(approvable(result).map(({ impact }) => impact))].sort();
  return listText(impacts);
}
