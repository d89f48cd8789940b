import type { ReportedResource, Result } from "../../../lib/report/result.ts";

export function sampleResult(more: Partial<Result> = {}): Result {
  const looked = more.resources?.length ?? 0;
  return {
    topology: "orders",
    mode: "ensure",
    trigger: "schedule",
    lookedAt: { resources: looked, declared: looked },
    planId: "9f2c",
    converged: true,
    summary: { unchanged: 0, created: 0, updated: 0, held: 0, failed: 0, settling: 0, unmanaged: 0 },
    resources: [],
    unmanaged: [],
    others: [],
    orphans: [],
    broker: {
      server: "2.15.2",
      apiLevel: 5,
      cluster: null,
      account: "A",
      domain: null,
      storage: { declared: 10, reserved: 10, limit: null },
    },
    warnings: [],
    requests: { read: 3, write: 1 },
    durationMs: 12,
    ...more,
  };
}

export function sampleResource(more: Partial<ReportedResource> = {}): ReportedResource {
  return { id: "stream/ORDERS", outcome: "unchanged", differences: [], undeclared: [], ...more };
}
