import type { BrokerError } from "../../jetstream/errors/broker-error.ts";
import { CONSUMER_ALREADY_EXISTS, STREAM_NAME_IN_USE } from "../../jetstream/errors/error-codes.ts";
import type { Action } from "../../plan/action.ts";
import type { Difference } from "../../plan/decide.ts";
import type { BrokerFacts, Mode, ReportedDifference, ReportedError, ReportedResource } from "../../report/result.ts";
import { declaredName } from "../../topology/fields/names.ts";
import { shownValue } from "../../topology/fields/shown.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";
import type { WriteOutcome } from "../write-resource.ts";
import { withStorageAdvice } from "./advice.ts";

export interface ReportContext {
  mode: Mode;
  storage: BrokerFacts["storage"];
  /** The outcome of the action, if it was carried out. */
  written: WriteOutcome | undefined;
}

/** Reports one resource, in the topology's own names and units. */
export function reportResource(action: Action, context: ReportContext): ReportedResource {
  const { resource } = action;
  switch (action.does) {
    case "fail":
      return withoutDetails(resource, "failed", reportedError(action.error));
    case "refuse":
      return withoutDetails(resource, "failed", couldNotCreate(resource, action.error, action.error.message));
    case "miss":
      return withoutDetails(resource, "held", reportedError(action.error));
    case "create":
      return reportCreate(action, context);
    case "nothing":
    case "hold":
    case "update":
      return reportExisting(action, context);
  }
}

export function reportedError(error: BrokerError, message = error.message): ReportedError {
  return { ...(error.code === undefined ? {} : { code: error.code }), class: error.class, message };
}

function withoutDetails(
  { id }: ResolvedResource,
  outcome: ReportedResource["outcome"],
  error: ReportedError,
): ReportedResource {
  return { id, outcome, differences: [], undeclared: [], error };
}

function reportCreate(action: Extract<Action, { does: "create" }>, context: ReportContext): ReportedResource {
  const { resource, missing } = action;
  const held = context.written?.held ?? missing;
  const differences = held.map((difference) => reportDifference(resource, difference, "held"));
  const report = { differences, undeclared: [] };
  const error = context.written?.error;
  if (error && isSomebodyElses(error)) {
    return { id: resource.id, outcome: "held", ...report, error: reportedError(error) };
  }
  if (error) {
    const why = withStorageAdvice(error, resource, context.storage);
    return { id: resource.id, outcome: "failed", ...report, error: couldNotCreate(resource, error, why) };
  }
  if (held.length > 0) return { id: resource.id, outcome: "held", ...report };
  return { id: resource.id, outcome: context.mode === "plan" ? "toCreate" : "created", ...report };
}

function reportExisting(
  action: Extract<Action, { does: "nothing" | "hold" | "update" }>,
  { mode, storage, written }: ReportContext,
): ReportedResource {
  const { resource, decision } = action;
  const differences = decision.differences.map((difference) => {
    const late = written?.held.find(({ field }) => field === difference.field);
    if (late) return reportDifference(resource, late, "held");
    if (difference.held) return reportDifference(resource, difference, "held");
    if (mode === "plan") return reportDifference(resource, difference, "toApply");
    // A difference is only applied if the server's answer shows it. A difference that no step reached is still there.
    const applied = written?.applied.find(({ field }) => field === difference.field);
    return applied ? reportDifference(resource, applied, "applied") : reportDifference(resource, difference, "held");
  });
  const barred = action.does === "nothing" ? undefined : action.barred?.error;
  const error = written?.error
    ? reportedError(written.error, withStorageAdvice(written.error, resource, storage))
    : barred && reportedError(barred);
  const isHeld = written?.error !== undefined || differences.some(({ outcome }) => outcome === "held");
  const changed = mode === "plan" ? "toUpdate" : "updated";
  return {
    id: resource.id,
    outcome: written?.unstored ? "failed" : differences.length === 0 ? "unchanged" : isHeld ? "held" : changed,
    ...(decision.owner === undefined ? {} : { owner: decision.owner }),
    ...(resource.policy.manage === "observe" ? { observed: true as const } : {}),
    differences,
    undeclared: decision.undeclared.map(({ field, live, reason }) => ({
      field: declaredName(resource.kind, field),
      live: shownValue(resource.kind, field, live, resource.name),
      ...(reason === undefined ? {} : { reason }),
    })),
    ...(error ? { error } : {}),
  };
}

function reportDifference(
  { kind, name }: ResolvedResource,
  { field, live, declared, verdict, blocked }: Difference,
  outcome: ReportedDifference["outcome"],
): ReportedDifference {
  return {
    field: declaredName(kind, field),
    live: shownValue(kind, field, live, name),
    declared: shownValue(kind, field, declared, name),
    impact: verdict.impact,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.forecast === undefined ? {} : { forecast: verdict.forecast }),
    outcome,
    ...(blocked && outcome === "held" ? { blocked } : {}),
  };
}

/** Whether somebody else has created the resource since the plan was made. */
function isSomebodyElses({ code }: BrokerError): boolean {
  return code === STREAM_NAME_IN_USE || code === CONSUMER_ALREADY_EXISTS;
}

const FALLBACKS = { stream: "stream", kv: "bucket", object: "store", consumer: "consumer" } as const;

/** The one error that fails a run. The operators of kanade know it by these words. */
function couldNotCreate({ id, kind }: ResolvedResource, error: BrokerError, why: string): ReportedError {
  const message = error.answerLost
    ? `${id} may have been created or not. ${why}`
    : `${id} could not be created, and there is no existing ${FALLBACKS[kind]} to fall back to. ${why}`;
  return reportedError(error, message);
}
