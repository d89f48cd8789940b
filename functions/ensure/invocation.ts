import type { Context } from "aws-lambda";
import { RequestError, run } from "../../lib/ensure/run.ts";
import { messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import { failureOf } from "../../lib/report/failure.ts";
import type { Result } from "../../lib/report/result.ts";
import type { ResolvedTopology } from "../../lib/topology/resolve/resolved.ts";
import { connectWithCredentials, isRefusal } from "./broker/connect-broker.ts";
import { halfRotated } from "./broker/half-rotated.ts";
import { credentialsReader, ssmClient } from "./broker/read-credentials.ts";
import type { Caller } from "./callers/caller.ts";
import { callerOf } from "./callers/caller-of.ts";
import { lookOnly } from "./callers/widget/look-only.ts";
import { EnsureFailed } from "./ensure-failed.ts";
import { EventError } from "./event/event-error.ts";
import type { RunRequest } from "./event/request.ts";
import { readSettings, topologyFile } from "./settings.ts";
import type { SkipLine } from "./telemetry/log-lines.ts";
import { logFailure, logLook, logResult, logWaiting } from "./telemetry/log-result.ts";
import { logger } from "./telemetry/logger.ts";
import { recordMetrics } from "./telemetry/record-metrics.ts";
import { readTopologyFile } from "./topology-file.ts";

/**
 * Keeps the credentials between invocations. Only these and the SSM client outlive an invocation, because a connection
 * does not survive the freeze between two invocations.
 */
const credentials = credentialsReader(ssmClient);

/**
 * Serves one invocation: parses the event, runs, reports and answers.
 *
 * @returns the caller's answer: the run's result, or a service's own shape
 * @throws EnsureFailed after the report is logged
 * @throws EventError, SettingsError, TopologyFileError if the event, the environment or the package is wrong
 */
export async function invoke(event: unknown, context: Context, { signal }: TimeoutSignal): Promise<unknown> {
  const caller = callerOf(event, context);
  current = caller;
  try {
    return await caller.answer(await resultFor(caller, context, signal));
  } catch (error) {
    return signal.aborted ? NEVER_RESOLVES : await caller.failed(error);
  }
}

/** Never resolves: the timeout answer has already been returned, and a second answer would race with it. */
const NEVER_RESOLVES = new Promise<never>(() => {});

/**
 * The signal that middy aborts when the invocation's time is up and `outOfTime` has answered.
 *
 * A run that still goes on freezes with the Lambda environment, and thaws in the next invocation. A thawed run must not
 * write to that invocation's log, metrics or answer.
 */
interface TimeoutSignal {
  signal: AbortSignal;
}

/** The caller that waits for an answer. A Lambda environment serves one invocation at a time. */
let current: Caller | undefined;

/** Answers just before Lambda ends the invocation, if the run did not keep its deadline. */
export function outOfTime(): unknown {
  const sentence =
    "The run did not end within the function's time, so what it reached is unknown; plan to see. Writes already sent " +
    "are whole. Give the function more time.";
  logFailure("unavailable", sentence);
  const error = new EnsureFailed(sentence);
  if (!current) throw error;
  return current.failed(error);
}

/** Runs the caller's request. Returns `undefined` if there is nothing to do. */
async function resultFor(caller: Caller, context: Context, signal: AbortSignal): Promise<Result | undefined> {
  const request = parseRequest(caller);
  if (request.skip === undefined) return await runRequest(request, context, signal);
  logger.info(request.skip, { event: "skip" } satisfies SkipLine);
  return undefined;
}

/** Reads the caller's request, and logs an error of the event before it throws it. */
function parseRequest(caller: Caller): RunRequest {
  try {
    return lookOnly(caller.request());
  } catch (error) {
    logFailure("config", messageOf(error));
    throw error;
  }
}

async function runRequest(request: RunRequest, context: Context, signal: AbortSignal): Promise<Result> {
  const started = Date.now();
  const elapsed = () => Date.now() - started;
  const { functionName } = context;
  let topology: ResolvedTopology | undefined;
  const login = { isRefused: false };
  let result: Result;
  try {
    topology = await readTopologyFile(topologyFile(process.env));
    logger.appendPersistentKeys({ topology: topology.name });
    result = await runTopology(topology, request, deadlineOf(context), login);
  } catch (thrown) {
    signal.throwIfAborted();
    // The event, the environment or the package is wrong. Errors of SSM or the broker are in a result and not thrown.
    const error = thrown instanceof RequestError ? new EventError([thrown.message], { cause: thrown }) : thrown;
    if (topology && !request.fromDashboard) {
      recordMetrics({ topology: topology.name, functionName, succeeded: false, durationMs: elapsed() });
    }
    logFailure("config", messageOf(error));
    throw error;
  }
  signal.throwIfAborted();
  const sentence = failureOf(result);
  const succeeded = sentence === undefined;
  const waiting = login.isRefused ? await waitingText(request, result) : undefined;
  signal.throwIfAborted();
  if (waiting !== undefined) {
    logWaiting(waiting, result);
    return result;
  }
  if (request.fromDashboard) {
    logLook(result, sentence);
  } else {
    logResult(result);
    recordMetrics({ topology: topology.name, functionName, succeeded, durationMs: elapsed(), result });
  }
  if (sentence !== undefined) throw new EnsureFailed(sentence, result);
  return result;
}

/** Why a refused login is not a failure: a rotation is half done. Returns `undefined` in every other case. */
async function waitingText({ changed }: RunRequest, { error }: Result): Promise<string | undefined> {
  if (changed === undefined || error === undefined) return undefined;
  const why = await halfRotated(changed, readSettings(process.env).parameters, ssmClient());
  return why && `${error.message} ${why}`;
}

/**
 * Runs a topology with the function's settings and credentials.
 *
 * @param login this function sets `isRefused` if the broker refuses the credentials
 */
function runTopology(
  topology: ResolvedTopology,
  request: RunRequest,
  deadline: number | undefined,
  login: { isRefused: boolean },
): Promise<Result> {
  const settings = readSettings(process.env);
  const { domain, apiPrefix } = settings;
  // This event says that the credentials changed, so those in memory are out of date.
  const fresh = request.trigger === "credentials";
  return run({
    topology,
    connect: () =>
      connectWithCredentials({ settings, credentials, fresh }).catch((error: unknown) => {
        login.isRefused = isRefusal(error);
        throw error;
      }),
    mode: request.mode,
    trigger: request.trigger,
    ...(request.only ? { only: request.only } : {}),
    ...(request.approve === undefined ? {} : { approve: request.approve }),
    ...(request.adopt === undefined ? {} : { adopt: request.adopt }),
    api: { ...(domain === undefined ? {} : { domain }), ...(apiPrefix === undefined ? {} : { prefix: apiPrefix }) },
    ...(deadline === undefined ? {} : { deadline }),
  });
}

/**
 * The run's deadline in epoch milliseconds. A tenth of the remaining time, and at least a second, stays for the log,
 * the metrics and the answer.
 */
function deadlineOf(context: Context): number | undefined {
  const remaining = context.getRemainingTimeInMillis?.();
  return remaining === undefined ? undefined : Date.now() + remaining - Math.max(1000, remaining / 10);
}
