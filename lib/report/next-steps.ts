import type { ReportedDifference, ReportedResource, Result } from "./result.ts";

/**
 * Nothing is left to do. Of a plan that is where everything is unchanged: `converged` looks at what an ensure would
 * leave.
 */
export function isAsDeclared({ mode, converged, summary, resources }: Result): boolean {
  return mode === "ensure" ? converged : summary.unchanged === resources.length;
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
  return resources.flatMap(({ differences }) => differences.filter(mayBeApproved));
}

function mayBeApproved({ outcome, impact }: ReportedDifference): boolean {
  return outcome === "held" && (impact === "lossy" || impact === "one-way");
}
