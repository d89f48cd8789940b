import type { Mode, Outcome, ReportedResource, Result, Summary } from "./result.ts";

/**
 * Resources that an ensure had to create or change. After that the next run finds nothing, so a resource that is mended
 * again and again is changed by somebody else in between.
 */
export function mendedResources({ mode, resources }: Pick<Result, "mode" | "resources">): ReportedResource[] {
  if (mode === "plan") return [];
  return resources.filter(({ outcome, differences }) => {
    const isWhole = outcome === "created" || outcome === "updated";
    return isWhole || differences.some((difference) => difference.outcome === "applied");
  });
}

/** How many resources had which outcome; in mode `plan` what would be created and updated. */
export function summaryOf(mode: Mode, resources: ReportedResource[], unmanaged: number): Summary {
  const count = (outcome: Outcome) => resources.filter((resource) => resource.outcome === outcome).length;
  const changes =
    mode === "plan"
      ? { toCreate: count("toCreate"), toUpdate: count("toUpdate") }
      : { created: count("created"), updated: count("updated") };
  return {
    unchanged: count("unchanged"),
    ...changes,
    held: count("held"),
    failed: count("failed"),
    settling: resources.filter(isSettling).length,
    unmanaged,
  };
}

/** Every resource is as declared, and the broker has brought it about: nothing is held, failed, missing or settling. */
export function isConverged(resources: ReportedResource[]): boolean {
  return hasDeclaredConfigs(resources) && !resources.some(isSettling);
}

/** Time is all that is missing: every config is as declared, and the broker is still bringing some of it about. */
export function isOnlySettling(resources: ReportedResource[]): boolean {
  return hasDeclaredConfigs(resources) && resources.some(isSettling);
}

function hasDeclaredConfigs(resources: ReportedResource[]): boolean {
  return resources.every(({ outcome }) => outcome === "unchanged" || outcome === "created" || outcome === "updated");
}

function isSettling({ settling }: ReportedResource): boolean {
  return settling !== undefined;
}
