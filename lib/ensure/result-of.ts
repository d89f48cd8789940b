import { CONSUMER_ALREADY_EXISTS, STREAM_NAME_IN_USE } from "../jetstream/error-codes.ts";
import type { BrokerError } from "../jetstream/errors.ts";
import type { Difference } from "../plan/decide.ts";
import type { Action } from "../plan/plan.ts";
import type { BrokerFacts, ReportedDifference, ReportedError, ReportedResource, Result } from "../report/result.ts";
import { summaryOf } from "../report/summary.ts";
import { declaredName } from "../topology/names.ts";
import type { ResolvedResource } from "../topology/resolved.ts";
import { shownValue } from "../topology/shown.ts";
import type { Findings, Run } from "./run.ts";
import type { Written } from "./write.ts";

/** What a run found and did, as the contract's result: the topology's own names and units. */
export function resultOf(run: Run, findings: Findings): Result {
  const { plan, live, applied, requests } = findings;
  const resources = plan.actions.map((action) => reported(run, action, applied.get(action.resource.id)));
  return {
    ...headOf(run),
    planId: plan.id,
    converged: resources.every(({ outcome }) => ["unchanged", "created", "updated"].includes(outcome)),
    summary: summaryOf(run.mode, resources, plan.unmanaged.length),
    resources,
    unmanaged: plan.unmanaged,
    broker: brokerFacts(run, findings),
    warnings: live.warnings,
    requests: { ...requests },
    durationMs: Date.now() - run.startedAt,
  };
}

/** The report of a run that could not ask the broker: nothing is known of any resource, and nothing was done. */
export function resultWithoutBroker(run: Run, error: BrokerError, requests = { read: 0, write: 0 }): Result {
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
    broker: null,
    warnings: [],
    requests: { ...requests },
    durationMs: Date.now() - run.startedAt,
    error: reportedError(error),
  };
}

function headOf({ topology, mode, trigger }: Run) {
  return { topology: topology.name, mode, trigger };
}

function reported(run: Run, action: Action, written: Written | undefined): ReportedResource {
  const { resource } = action;
  const known = { id: resource.id, differences: [], undeclared: [] };
  switch (action.does) {
    case "fail":
      return { ...known, outcome: "failed", error: reportedError(action.error) };
    case "refuse":
      return {
        ...known,
        outcome: "failed",
        error: reportedError(action.error, couldNotCreate(resource, action.error)),
      };
    case "miss":
      return { ...known, outcome: "held", error: reportedError(action.error) };
    case "create":
      return created(run, action, written);
    case "nothing":
    case "hold":
    case "update":
      return existing(run, action, written);
  }
}

function created(run: Run, action: Extract<Action, { does: "create" }>, written?: Written): ReportedResource {
  const { resource } = action;
  const held = written?.held ?? action.missing;
  const report = {
    id: resource.id,
    differences: held.map((difference) => shown(resource, difference, "held")),
    undeclared: [],
  };
  if (written?.error && isSomebodyElses(written.error)) {
    return { ...report, outcome: "held", error: reportedError(written.error) };
  }
  if (written?.error) {
    return {
      ...report,
      outcome: "failed",
      error: reportedError(written.error, couldNotCreate(resource, written.error)),
    };
  }
  if (held.length > 0) return { ...report, outcome: "held" };
  return { ...report, outcome: run.mode === "plan" ? "toCreate" : "created" };
}

function existing(
  run: Run,
  action: Extract<Action, { does: "nothing" | "hold" | "update" }>,
  written?: Written,
): ReportedResource {
  const { resource, decision } = action;
  const differences = decision.differences.map((difference) => {
    const late = written?.held.find(({ field }) => field === difference.field);
    if (late) return shown(resource, late, "held");
    if (difference.held) return shown(resource, difference, "held");
    return shown(resource, difference, run.mode === "plan" ? "toApply" : "applied");
  });
  const report = {
    id: resource.id,
    differences,
    undeclared: decision.undeclared.map(({ field, live }) => ({
      field: declaredName(resource.kind, field),
      live: shownValue(resource.kind, field, live),
    })),
    ...(written?.error ? { error: reportedError(written.error) } : {}),
  };
  if (differences.length === 0) return { ...report, outcome: "unchanged" };
  if (written?.error || differences.some(({ outcome }) => outcome === "held")) return { ...report, outcome: "held" };
  return { ...report, outcome: run.mode === "plan" ? "toUpdate" : "updated" };
}

function shown(
  { kind }: ResolvedResource,
  { field, live, declared, verdict }: Difference,
  outcome: ReportedDifference["outcome"],
): ReportedDifference {
  return {
    field: declaredName(kind, field),
    live: shownValue(kind, field, live),
    declared: shownValue(kind, field, declared),
    impact: verdict.impact,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.forecast === undefined ? {} : { forecast: verdict.forecast }),
    outcome,
  };
}

function reportedError(error: BrokerError, message = error.message): ReportedError {
  return { ...(error.code === undefined ? {} : { code: error.code }), class: error.class, message };
}

/** It is there, and was not when the plan was made. */
function isSomebodyElses({ code }: BrokerError): boolean {
  return code === STREAM_NAME_IN_USE || code === CONSUMER_ALREADY_EXISTS;
}

const FALLBACKS = { stream: "stream", kv: "bucket", object: "store", consumer: "consumer" } as const;

/** The one outcome that fails a run: kanade's operators know it by these words. */
function couldNotCreate({ id, kind }: ResolvedResource, error: BrokerError): string {
  const what = FALLBACKS[kind];
  return `${id} could not be created, and there is no existing ${what} to fall back to. ${error.message}`;
}

function brokerFacts(run: Run, { server, live }: Findings): BrokerFacts {
  const { account } = live;
  const limit = account?.limits.max_storage ?? -1;
  const reserved = account?.reserved_storage;
  return {
    server: server.version,
    apiLevel: server.apiLevel,
    cluster: server.cluster,
    account: live.accountName ?? null,
    domain: account?.domain ?? null,
    storage: {
      declared: declaredStorage(run.resources),
      // 2.10 adds up -1 for unlimited streams in an unsigned number, and answers 2^64 less a little.
      reserved: reserved === undefined || Number(reserved) > Number.MAX_SAFE_INTEGER ? null : Number(reserved),
      limit: limit < 0 || (limit === 0 && account?.tiers !== undefined) ? null : limit,
    },
  };
}

/** What the server reserves on file storage for the declared resources, each replica by itself. */
function declaredStorage(resources: ResolvedResource[]): number {
  return resources.reduce((sum, resource) => {
    if (resource.kind === "consumer" || resource.enforced.storage === "memory") return sum;
    const bytes = Number(resource.enforced.max_bytes ?? 0);
    return sum + Math.max(0, bytes) * (resource.enforced.num_replicas ?? 1);
  }, 0);
}
