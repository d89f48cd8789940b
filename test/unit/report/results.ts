import type { ReportedDifference, ReportedResource, Result } from "../../../lib/report/result.ts";
import { isConverged } from "../../../lib/report/summary.ts";

const GIB = 1024 ** 3;

/** A result in which nothing is to do, changed where a test says so. */
export function aResult(changes: Partial<Result> = {}): Result {
  const resources = changes.resources ?? [aResource("stream/RESULTS")];
  const number = (outcome: string) => resources.filter((resource) => resource.outcome === outcome).length;
  const mode = changes.mode ?? "plan";
  return {
    topology: "kanade",
    mode,
    trigger: "cli",
    lookedAt: { resources: resources.length, declared: resources.length },
    planId: "9f2c4b1a77d0",
    converged: isConverged(resources),
    summary: {
      unchanged: number("unchanged"),
      ...(mode === "plan"
        ? { toCreate: number("toCreate"), toUpdate: number("toUpdate") }
        : { created: number("created"), updated: number("updated") }),
      held: number("held"),
      failed: number("failed"),
      settling: resources.filter(({ settling }) => settling).length,
      unmanaged: changes.unmanaged?.length ?? 0,
    },
    resources,
    unmanaged: [],
    others: [],
    orphans: [],
    broker: {
      server: "2.15.2",
      apiLevel: 5,
      cluster: null,
      account: "FLEET",
      domain: null,
      storage: { declared: 5.8125 * GIB, reserved: 6 * GIB, limit: 10 * GIB },
    },
    warnings: [],
    requests: { read: 24, write: 0 },
    durationMs: 41,
    ...changes,
  };
}

export function aResource(id: string, changes: Partial<ReportedResource> = {}): ReportedResource {
  return { id, outcome: "unchanged", differences: [], undeclared: [], ...changes };
}

export function aDifference(field: string, changes: Partial<ReportedDifference> = {}): ReportedDifference {
  return { field, live: "1GiB", declared: "2GiB", impact: "safe", outcome: "toApply", ...changes };
}

export function aSettlingResource(id: string, ...reasons: string[]): ReportedResource {
  const causes = reasons.map((reason) => ({ what: "replica" as const, reason }));
  return aResource(id, { settling: { reason: reasons.join("; "), causes } });
}
