import type { ReportedDifference, ReportedResource, Result } from "../../../lib/report/result.ts";
import { partText } from "../../../lib/report/sentences.ts";
import { impactText } from "../../../lib/report/words.ts";
import { valueText } from "../../../lib/text/text.ts";
import type {
  FailureLine,
  LookLine,
  PartKeys,
  ResourceLine,
  RunKeys,
  RunLine,
  WaitingLine,
  WarningLine,
} from "./log-lines.ts";
import { logger } from "./logger.ts";
import { firstOf, truncated } from "./truncate.ts";

/** Most unmanaged ids in the run's line; the result has them all. */
const MAX_UNMANAGED = 200;

/** Fewer of these: each has a topology's name, of up to 1,024 characters, or numbers beside its id. */
const MAX_OTHERS = 50;

/**
 * Logs a run: a line for each resource that is not as it was declared, or settling, a line for each warning, and a line that sums
 * up. `event` tells them apart: `resource`, `warning`, `failure`, `run`.
 */
export function logResult(result: Result): void {
  for (const resource of result.resources) {
    // Where the broker could not be asked, every resource has failed in the same way, and the run's error says why.
    const isQuiet = resource.outcome === "unchanged" && resource.settling === undefined;
    if (!isQuiet && result.broker !== null) logResource(resource, result);
  }
  for (const warning of result.warnings)
    logger.warn(warning, { event: "warning", ...runKeys(result) } satisfies WarningLine & RunKeys);
  if (result.error)
    logFailure(result.error.class, result.error.message, { ...runKeys(result), code: result.error.code });
  logRun(result);
}

/**
 * Logs that somebody looked: one line, apart from those of the runs, which are the history of drift. A dashboard looks
 * each minute while it is open, and would be most of that history.
 */
export function logLook(result: Result, failure: string | undefined): void {
  const { summary, converged, durationMs } = result;
  const keys = {
    event: "look",
    ...runKeys(result),
    ...partKeys(result),
    converged,
    summary,
    durationMs,
  } satisfies LookLine & RunKeys & PartKeys;
  if (failure === undefined) logger.info(`looked: ${countsOf(result)}`, keys);
  else logger.warn(`looked: ${failure}`, keys);
}

/** Logs a login that was refused in the middle of a rotation: one line, which no failure is counted by. */
export function logWaiting(sentence: string, result: Result): void {
  logger.warn(sentence, { event: "waiting", ...runKeys(result), ...partKeys(result) } satisfies WaitingLine &
    RunKeys &
    PartKeys);
}

/** A run that could not do its work: one line, with what a person can do about it. */
export function logFailure(errorClass: string, sentence: string, keys: Record<string, unknown> = {}): void {
  logger.error(sentence, { event: "failure", class: errorClass, ...keys } satisfies FailureLine);
}

function logResource(resource: ReportedResource, result: Result): void {
  const { id, outcome, owner, error, settling } = resource;
  const keys = {
    event: "resource",
    ...runKeys(result),
    id,
    outcome,
    ...(owner === undefined ? {} : { owner }),
    differences: resource.differences.map(differenceKeys),
    undeclared: resource.undeclared.map((each) => ({ ...each, live: truncated(each.live) })),
    ...(error ? { class: error.class, code: error.code, reason: error.message } : {}),
    ...(settling ? { settling } : {}),
  } satisfies ResourceLine & RunKeys;
  const sentence = `${id} ${outcome}${summaryOf(resource)}`;
  if (outcome === "failed") logger.error(sentence, keys);
  else if (outcome === "held") logger.warn(sentence, keys);
  else logger.info(sentence, keys);
}

function differenceKeys(difference: ReportedDifference): ReportedDifference {
  return { ...difference, live: truncated(difference.live), declared: truncated(difference.declared) };
}

function summaryOf({ differences, error, settling }: ReportedResource): string {
  const fields = differences.map(({ field, live, declared, impact, forecast, outcome }) => {
    const [from, to] = [truncated(live), truncated(declared)].map(valueText);
    return `${field} ${from} → ${to}, ${impactText(impact, forecast)}, ${outcome}`;
  });
  const parts = [...fields, ...(error ? [error.message] : []), ...(settling ? [`settling: ${settling.reason}`] : [])];
  return parts.length > 0 ? `: ${parts.join("; ")}` : "";
}

function logRun(result: Result): void {
  const { mode, summary, converged, broker, requests, durationMs } = result;
  const { first: unmanaged, omitted } = firstOf(result.unmanaged, MAX_UNMANAGED);
  const others = firstOf(result.others, MAX_OTHERS);
  const orphans = firstOf(result.orphans, MAX_OTHERS);
  logger.info(`${mode}: ${broker ? countsOf(result) : "the broker was not asked"}`, {
    event: "run",
    ...runKeys(result),
    ...partKeys(result),
    converged,
    summary,
    broker,
    requests,
    durationMs,
    unmanaged,
    ...(omitted === undefined ? {} : { unmanagedOmitted: omitted }),
    others: others.first,
    ...(others.omitted === undefined ? {} : { othersOmitted: others.omitted }),
    orphans: orphans.first,
    ...(orphans.omitted === undefined ? {} : { orphansOmitted: orphans.omitted }),
  } satisfies RunLine & RunKeys & PartKeys);
}

function countsOf(result: Result): string {
  const counts = Object.entries(result.summary)
    .concat([["orphans", result.orphans.length]])
    .flatMap(([what, count]) => (count > 0 ? `${what} ${count}` : []))
    .join(", ");
  const part = partText(result);
  return part === undefined ? counts : `${part}: ${counts}`;
}

/** What a reader of the log needs in order not to take a part of the topology for the whole. */
function partKeys({ only, lookedAt }: Result): PartKeys {
  return { lookedAt, ...(only === undefined ? {} : { only }) };
}

/** What ties a run's lines together, beside the request id that the logger adds. */
function runKeys({ mode, trigger, planId }: Result): RunKeys {
  return { mode, trigger, planId };
}
