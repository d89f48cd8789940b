import type { JetStreamApi } from "../../jetstream/api.ts";
import type { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { LatestInfo } from "../../jetstream/latest-info.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Mode, ReportedResource, Result, SettlingCause } from "../../report/result.ts";
import { isConverged, summaryOf } from "../../report/summary.ts";
import type { ResolvedResource, ResolvedTopology } from "../../topology/resolve/resolved.ts";
import type { WriteOutcomes } from "../apply.ts";
import { brokerFacts } from "./broker-facts.ts";
import { reportedError, reportResource } from "./report-resource.ts";
import { settlingOf } from "./wait-for-settling.ts";

/** What a report needs to know about the run itself. */
export interface RunFacts {
  topology: ResolvedTopology;
  mode: Mode;
  trigger: string;
  only?: string[];
  /** The resources that the run looks at. */
  resources: ResolvedResource[];
  /** Epoch milliseconds. */
  startedAt: number;
}

/** What a run found and did. */
export interface Findings {
  plan: Plan;
  seen: BrokerState;
  applied: WriteOutcomes;
  latest: LatestInfo;
  requests: JetStreamApi["requests"];
}

/** Builds the contract's result from what a run found and did. */
export function buildResult(run: RunFacts, findings: Findings): Result {
  const { plan, seen, applied, latest, requests } = findings;
  const broker = brokerFacts(run.topology.resources, seen);
  const context = { mode: run.mode, storage: broker.storage };
  const resources = plan.actions.map((action) => ({
    ...reportResource(action, { ...context, written: applied.get(action.resource.id) }),
    ...settlingPart(settlingOf(action.resource, latest)),
  }));
  return {
    ...headOf(run),
    planId: plan.id,
    converged: isConverged(resources),
    summary: summaryOf(run.mode, resources, plan.unmanaged.length),
    resources,
    unmanaged: plan.unmanaged,
    others: plan.others,
    orphans: plan.orphans,
    broker,
    warnings: [...seen.live.warnings, ...plan.warnings],
    requests: { ...requests },
    durationMs: Date.now() - run.startedAt,
  };
}

/** The result of a run that could not ask the broker. Nothing is known about any resource, and nothing was written. */
export function resultWithoutBroker(run: RunFacts, error: BrokerError, requests = { read: 0, write: 0 }): Result {
  const resources = run.resources.map(
    ({ id }): ReportedResource => ({
      id,
      outcome: "failed",
      differences: [],
      undeclared: [],
      error: { class: error.class, message: "Not looked at: the broker could not be asked." },
    }),
  );
  return {
    ...headOf(run),
    planId: null,
    converged: false,
    summary: summaryOf(run.mode, resources, 0),
    resources,
    unmanaged: [],
    others: [],
    orphans: [],
    broker: null,
    warnings: [],
    requests: { ...requests },
    durationMs: Date.now() - run.startedAt,
    error: reportedError(error),
  };
}

function settlingPart(causes: SettlingCause[]): Pick<ReportedResource, "settling"> {
  return causes.length === 0 ? {} : { settling: { reason: causes.map(({ reason }) => reason).join("; "), causes } };
}

function headOf({ topology, mode, trigger, only, resources }: RunFacts) {
  return {
    topology: topology.name,
    mode,
    trigger,
    ...(only === undefined ? {} : { only }),
    lookedAt: { resources: resources.length, declared: topology.resources.length },
  };
}
