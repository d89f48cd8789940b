import type { Mode, Outcome, ReportedResource, Summary } from "./result.ts";

/** How many resources had which outcome; in mode `plan` what would be created and updated. */
export function summaryOf(mode: Mode, resources: ReportedResource[], unmanaged: number): Summary {
  const count = (outcome: Outcome) => resources.filter((resource) => resource.outcome === outcome).length;
  const changes =
    mode === "plan"
      ? { toCreate: count("toCreate"), toUpdate: count("toUpdate") }
      : { created: count("created"), updated: count("updated") };
  return { unchanged: count("unchanged"), ...changes, held: count("held"), failed: count("failed"), unmanaged };
}
