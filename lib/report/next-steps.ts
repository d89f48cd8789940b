import { listText } from "../text/text.ts";
import { PERMISSION_OF } from "./approval.ts";
import type { ReportedDifference, ReportedResource, Result } from "./result.ts";

/** Whether an ensure would find nothing to do. A settling resource needs time, and no request. */
export function isNothingToDo({ summary, resources }: Pick<Result, "summary" | "resources">): boolean {
  return summary.unchanged === resources.length;
}

/** Whether the run is about only some of the declared resources. It knows nothing about the others. */
export function isPartial({ lookedAt }: Pick<Result, "lookedAt">): boolean {
  return lookedAt.resources < lookedAt.declared;
}

/** Whether an ensure would write something. A held resource may have other differences that the ensure would apply. */
export function hasWork({ summary, resources }: Result): boolean {
  return Boolean(summary.toCreate || summary.toUpdate) || resources.some(hasDifferenceToApply);
}

function hasDifferenceToApply({ differences }: ReportedResource): boolean {
  return differences.some(({ outcome }) => outcome === "toApply");
}

/** The held differences that an approval of the plan would also apply. */
export function approvable({ resources }: Result): ReportedDifference[] {
  return resources.flatMap(approvableOf);
}

/**
 * The held differences of one resource that an approval of the plan would apply. An approval never writes a resource
 * that belongs to another topology or is only observed, and never applies a blocked difference.
 */
export function approvableOf({ differences, owner, observed }: ReportedResource): ReportedDifference[] {
  return owner === undefined && !observed ? differences.filter(mayBeApproved) : [];
}

function mayBeApproved({ outcome, impact, blocked }: ReportedDifference): boolean {
  return outcome === "held" && !blocked && PERMISSION_OF[impact] !== undefined;
}

/** The impacts that an approval would allow, as part of a sentence: `lossy`, `disruptive and one-way`. */
export function approvableImpacts(result: Result): string {
  const impacts = [...new Set(approvable(result).map(({ impact }) => impact))].sort();
  return listText(impacts);
}
