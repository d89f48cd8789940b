import type { Mode, Outcome, ReportedResource, Result, Summary } from "./result.ts";

/**
 * The resources that an ensure had to create or change. The next run should find nothing to do. If runs mend a resource
 * again and again, somebody else changes it between them.
 */
export function mendedResources({ mode, resources }: Pick<Result, "mode" | "resources">): ReportedResource[] {
  if (mode === "plan") return [];
  return resources.filter(({ outcome, differences }) => {
    const isWhole = outcome === "created" || outcome === "updated";
    return isWhole || differences.some((difference) => difference.outcome === "applied");
  });
}

/** Counts the resources by outcome. In mode `plan` it counts those that would be created and updated. */
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

/** Whether every resource is as declared and in effect: none is held, failed, missing or settling. */
export function isConverged(resources: ReportedResource[]): boolean {
  return hasDeclaredConfigs(resources) && !resources.some(isSettling);
}

/**
 * Whether only time is missing: every config is as declared, and the broker is still putting some of them into effect.
 */
export function isOnlySettling(resources: ReportedResource[]): boolean {
  return hasDeclaredConfigs(resources) && resources.some(isSettling);
}

function hasDeclaredConfigs(resources: ReportedResource[]): boolean {
  return resources.every(({ outcome }) => outcome === "unchanged" || outcome === "created" || outcome === "updated");
}

function isSettling({ settling }: ReportedResource): boolean {
  return settling !== undefined;
}
