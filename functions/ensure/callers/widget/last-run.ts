import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { messageOf } from "../../../../lib/jetstream/errors/broker-error.ts";
import type { Mode, Result, Summary } from "../../../../lib/report/result.ts";
import { isMode, isObject, isText } from "../../event/event-error.ts";

/** The last run before this view of the dashboard, as its log line describes it. */
export interface LastRun {
  at: Date;
  mode: Mode;
  trigger: string;
  /** Absent in log lines of older versions. */
  lookedAt?: Result["lookedAt"];
  converged: boolean;
  summary: Summary;
  /** The broker answered the run. */
  answered: boolean;
}

/** The last run; `undefined` if the log has none for a week; a sentence if the log could not be searched. */
export type LastRunResult = LastRun | undefined | string;

/** Milliseconds that the search may take. The viewer waits for it, and the plan takes less. */
const PATIENCE_MS = 2500;

const HOUR = 3_600_000;

/**
 * Milliseconds. The search goes back in time in these windows, from short to long. CloudWatch Logs reads a window from
 * old to new, and the last hour nearly always has a run.
 */
const WINDOWS = [HOUR, 24 * HOUR, 7 * 24 * HOUR];

/**
 * Finds the last run in the function's own log, which is the only place that records runs. It never throws, because the
 * viewer came for the plan, and the plan does not need it.
 */
export async function findLastRun(logGroupName: string | undefined, now = new Date()): Promise<LastRunResult> {
  if (!logGroupName) return "the function is not told where its log is";
  try {
    return await search(logGroupName, now.getTime(), AbortSignal.timeout(PATIENCE_MS));
  } catch (error) {
    return sentenceOf(error);
  }
}

let client: CloudWatchLogsClient | undefined;

async function search(logGroupName: string, now: number, abortSignal: AbortSignal): Promise<LastRun | undefined> {
  client ??= new CloudWatchLogsClient({ maxAttempts: 2 });
  let end = now;
  for (const window of WINDOWS) {
    const start = now - window;
    let last: LastRun | undefined;
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({
        logGroupName,
        // Each log line is JSON. A view of the dashboard has another `event`, because it is not a run.
        filterPattern: '{ $.event = "run" }',
        startTime: start,
        endTime: end,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      const page = await client.send(command, { abortSignal });
      for (const { message, timestamp } of page.events ?? []) {
        const run = parseRun(message, timestamp);
        if (run && (!last || run.at >= last.at)) last = run;
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    if (last) return last;
    end = start;
  }
  return undefined;
}

/** Parses a run's log line. Returns `undefined` for any other line, including one that only resembles a run's line. */
function parseRun(message: string | undefined, timestamp: number | undefined): LastRun | undefined {
  const line = parseJson(message);
  if (!isObject(line) || timestamp === undefined) return undefined;
  const { event, mode, trigger, lookedAt, summary, converged, broker } = line;
  if (event !== "run" || !isMode(mode) || !isText(trigger) || !isSummary(summary)) return undefined;
  return {
    at: new Date(timestamp),
    mode,
    trigger,
    ...(isLookedAt(lookedAt) ? { lookedAt } : {}),
    summary,
    converged: converged === true,
    answered: isObject(broker),
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function isLookedAt(value: unknown): value is Result["lookedAt"] {
  return isObject(value) && typeof value.resources === "number" && typeof value.declared === "number";
}

function isSummary(value: unknown): value is Summary {
  return isObject(value) && Object.values(value).every((count) => typeof count === "number");
}

function sentenceOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "AccessDeniedException") return "the function may not read its log: allow it logs:FilterLogEvents there";
  if (name === "TimeoutError" || name === "AbortError") return "CloudWatch Logs did not answer in time";
  return `CloudWatch Logs could not be asked: ${messageOf(error)}`;
}
