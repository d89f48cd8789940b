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

/** How many unmanaged ids the run's line has at most. The result has all of them. */
const MAX_UNMANAGED = 200;

/**
 * How many resources of other topologies, and how many orphans, the run's line has at most. Each of them has a
 * topology's name of up to 1,024 characters, or numbers, beside its id.
 */
const MAX_OTHERS = 50;

/**
 * Logs a run: a line for each resource that is not as declared or is settling, a line for each warning, and a summary
 * line. The key `event` tells the lines apart: `resource`, `warning`, `failure`, `run`.
 */
export function logResult(result: Result): void {
  for (const resource of result.resources) {
    // If the broker could not be asked, every resource failed in the same way, and the run's error says why.
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
 * Logs one line for a view of the dashboard.
 *
 * Its `event` is not that of a run, because the runs are the history of drift. An open dashboard refreshes each minute,
 * and would fill most of that history.
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

/** Logs one line for a login that the broker refused in the middle of a rotation. It does not count as a failure. */
export function logWaiting(sentence: string, result: Result): void {
  logger.warn(sentence, { event: "waiting", ...runKeys(result), ...partKeys(result) } satisfies WaitingLine &
    RunKeys &
    PartKeys);
}

/** Logs one line for a failed run. The sentence says what the user can do. */
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

/** The keys that show a reader of the log whether the run was about the whole topology or about a part of it. */
function partKeys({ only, lookedAt }: Result): PartKeys {
  return { lookedAt, ...(only === undefined ? {} : { only }) };
}

/** The keys that all lines of a run share, beside the request id that the logger adds. */
function runKeys({ mode, trigger, planId }: Result): RunKeys {
  return { mode, trigger, planId };
}
