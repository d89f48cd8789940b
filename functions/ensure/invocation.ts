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
import type { Request } from "./event/request.ts";
import { readSettings, topologyFile } from "./settings.ts";
import type { SkipLine } from "./telemetry/log-lines.ts";
import { logFailure, logLook, logResult, logWaiting } from "./telemetry/log-result.ts";
import { logger } from "./telemetry/logger.ts";
import { recordMetrics } from "./telemetry/record-metrics.ts";
import { readTopologyFile } from "./topology-file.ts";

/** All that outlives an invocation, with the SSM client: connections do not survive the freeze between two. */
const credentials = credentialsReader(ssmClient);

/**
 * One invocation: reads the event, runs, reports, answers.
 *
 * @returns what the caller is to get: the run's result, or the answer in a service's own shape
 * @throws EnsureFailed after its report was logged; EventError, SettingsError, TopologyFileError for what is wrong here
 */
export async function invoke(event: unknown, context: Context, { signal }: Over): Promise<unknown> {
  const caller = callerOf(event, context);
  current = caller;
  try {
    return await caller.answer(await resultFor(caller, context, signal));
  } catch (error) {
    return signal.aborted ? NEVER : await caller.failed(error);
  }
}

/** No answer: there was one, and it may still be on its way, in a race with whatever this would be. */
const NEVER = new Promise<never>(() => {});

/**
 * Aborted once the invocation was answered because its time was up. A run that goes on all the same is frozen with the
 * environment, and thawed in the next invocation: whose log, metrics and answer are not for what it has to say.
 */
interface Over {
  signal: AbortSignal;
}

/** Who waits for an answer. An environment has one invocation at a time. */
let current: Caller | undefined;

/** For the moment before Lambda ends the invocation, should the run not have kept its deadline. */
export function outOfTime(): unknown {
  const sentence =
    "The run did not end within the function's time, so what it reached is unknown; plan to see. Writes already sent " +
    "are whole. Give the function more time.";
  logFailure("unavailable", sentence);
  const error = new EnsureFailed(sentence);
  if (!current) throw error;
  return current.failed(error);
}

/** The run's result; undefined where there is nothing to do. */
async function resultFor(caller: Caller, context: Context, signal: AbortSignal): Promise<Result | undefined> {
  const request = parseLogged(caller);
  if (request.skip === undefined) return await runRequest(request, context, signal);
  logger.info(request.skip, { event: "skip" } satisfies SkipLine);
  return undefined;
}

function parseLogged(caller: Caller): Request {
  try {
    return lookOnly(caller.request());
  } catch (error) {
    logFailure("config", messageOf(error));
    throw error;
  }
}

async function runRequest(request: Request, context: Context, signal: AbortSignal): Promise<Result> {
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
    // The event, the environment or the package is wrong: whatever SSM or the broker did is in a result.
    const error = thrown instanceof RequestError ? new EventError([thrown.message], { cause: thrown }) : thrown;
    if (topology && !request.look) {
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
  if (request.look) {
    logLook(result, sentence);
  } else {
    logResult(result);
    recordMetrics({ topology: topology.name, functionName, succeeded, durationMs: elapsed(), result });
  }
  if (sentence !== undefined) throw new EnsureFailed(sentence, result);
  return result;
}

/** Why a refused login is no failure: a rotation is under way. `undefined` in every other case. */
async function waitingText({ changed }: Request, { error }: Result): Promise<string | undefined> {
  if (changed === undefined || error === undefined) return undefined;
  const why = await halfRotated(changed, readSettings(process.env).parameters, ssmClient());
  return why && `${error.message} ${why}`;
}

/** @param login where is noted that the broker refused the credentials */
function runTopology(
  topology: ResolvedTopology,
  request: Request,
  deadline: number | undefined,
  login: { isRefused: boolean },
): Promise<Result> {
  const settings = readSettings(process.env);
  const { domain, apiPrefix } = settings;
  // An event that says "the credentials changed" must not be answered with those from memory.
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

/** Epoch milliseconds: a tenth of the time, and a second at least, is kept for logs, metrics and the answer. */
function deadlineOf(context: Context): number | undefined {
  const remaining = context.getRemainingTimeInMillis?.();
  return remaining === undefined ? undefined : Date.now() + remaining - Math.max(1000, remaining / 10);
}
