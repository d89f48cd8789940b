import type { ReportedDifference, ReportedResource, Result } from "./result.ts";

/** An ensure would do something. A held resource may have other differences that it would apply. */
export function hasWork({ summary, resources }: Result): boolean {
  return Boolean(summary.toCreate || summary.toUpdate) || resources.some(hasDifferenceToApply);
}

function hasDifferenceToApply({ differences }: ReportedResource): boolean {
  return differences.some(({ outcome }) => outcome === "toApply");
}

/** What approving the plan would apply besides. */
export function approvable({ resources }: Result): ReportedDifference[] {
  return resources.flatMap(({ differences }) => differences.filter(mayBeApproved));
}

function mayBeApproved({ outcome, impact }: ReportedDifference): boolean {
  return outcome === "held" && (impact === "lossy" || impact === "one-way");
}
