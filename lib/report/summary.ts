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
  return { unchanged: count("unchanged"), ...changes, held: count("held"), failed: count("failed"), unmanaged };
}
