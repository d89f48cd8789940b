import type { Context } from "aws-lambda";
import { RequestError, run } from "../../lib/ensure/run.ts";
import { messageOf } from "../../lib/jetstream/errors.ts";
import { failureOf } from "../../lib/report/failure.ts";
import type { Result } from "../../lib/report/result.ts";
import type { ResolvedTopology } from "../../lib/topology/resolved.ts";
import { connectWithCredentials } from "./broker.ts";
import { credentialsReader, ssmClient } from "./credentials.ts";
import { type CustomResource, type CustomResourceAnswer, customResourceAnswer } from "./custom-resource.ts";
import { EnsureFailed } from "./ensure-failed.ts";
import { parseEvent, type Request } from "./event.ts";
import { EventError } from "./event-error.ts";
import { heldSentence } from "./held.ts";
import { logFailure, logResult } from "./log-result.ts";
import { logger } from "./logger.ts";
import { recordMetrics } from "./metrics.ts";
import { readSettings, topologyFile } from "./settings.ts";
import { readTopologyFile } from "./topology-file.ts";

/** All that outlives an invocation, with the SSM client: connections do not survive the freeze between two. */
const credentials = credentialsReader(ssmClient);

/**
 * One invocation: reads the event, runs, reports.
 *
 * @throws EnsureFailed after its report was logged; EventError, SettingsError, TopologyFileError for what is wrong here
 */
export async function ensure(event: unknown, context: Context): Promise<Result | CustomResourceAnswer> {
  current = undefined;
  const request = parseLogged(event);
  const { customResource } = request;
  current = customResource;
  if (request.skip !== undefined) {
    logger.info(request.skip, { event: "skip" });
    return customResourceAnswer(customResource);
  }
  try {
    const result = await runRequest(request, deadlineOf(context));
    if (!customResource) return result;
    if (customResource.failOn === "held") refuseHeld(result);
    return customResourceAnswer(customResource, result);
  } catch (error) {
    return pardoned(customResource, error);
  }
}

/** The deployment that this invocation is for. An environment has one invocation at a time. */
let current: CustomResource | undefined;

/** For the moment before Lambda ends the invocation, should the run not have kept its deadline. */
export function outOfTime(): CustomResourceAnswer {
  const sentence =
    "The run did not end within the function's time, so what it reached is unknown; plan to see. Writes already sent " +
    "are whole. Give the function more time.";
  logFailure("unavailable", sentence);
  return pardoned(current, new EnsureFailed(sentence));
}

/** The answer to a deployment that goes on all the same; throws the error where there is none, or it must not. */
function pardoned(deployment: CustomResource | undefined, error: unknown): CustomResourceAnswer {
  const pardon = deployment && pardonOf(deployment);
  if (!pardon) throw error;
  logger.error(pardon.sentence, { event: pardon.event });
  return customResourceAnswer(deployment, error instanceof EnsureFailed ? error.result : undefined);
}

/** Why a deployment goes on though its run failed; undefined where it must not. */
function pardonOf({ rollback, failOn }: CustomResource): { sentence: string; event: string } | undefined {
  const sentence = "The run failed, and CloudFormation is answered as if it had not:";
  if (rollback) {
    const why = "this may be a deployment being undone, and the stack must get back.";
    return { sentence: `${sentence} ${why}`, event: "rollback" };
  }
  if (failOn !== "never") return undefined;
  return { sentence: `${sentence} this deployment never fails on it (failOn is never).`, event: "failOnNever" };
}

/** The run itself has done what it could, and its report and metrics say so: only the deployment fails. */
function refuseHeld(result: Result): void {
  const sentence = heldSentence(result);
  if (sentence === undefined) return;
  logFailure("held", sentence);
  throw new EnsureFailed(sentence, result);
}

function parseLogged(event: unknown): Request {
  try {
    return parseEvent(event);
  } catch (error) {
    logFailure("config", messageOf(error));
    throw error;
  }
}

async function runRequest(request: Request, deadline: number | undefined): Promise<Result> {
  const started = Date.now();
  const elapsed = () => Date.now() - started;
  let topology: ResolvedTopology | undefined;
  let result: Result;
  try {
    topology = await readTopologyFile(topologyFile(process.env));
    logger.appendPersistentKeys({ topology: topology.name });
    result = await runTopology(topology, request, deadline);
  } catch (thrown) {
    // The event, the environment or the package is wrong: whatever SSM or the broker did is in a result.
    const error = thrown instanceof RequestError ? new EventError([thrown.message], { cause: thrown }) : thrown;
    if (topology) recordMetrics({ topology: topology.name, succeeded: false, durationMs: elapsed() });
    logFailure("config", messageOf(error));
    throw error;
  }
  logResult(result);
  const sentence = failureOf(result);
  const partial = request.only !== undefined;
  recordMetrics({ topology: topology.name, succeeded: sentence === undefined, durationMs: elapsed(), result, partial });
  if (sentence !== undefined) throw new EnsureFailed(sentence, result);
  return result;
}

function runTopology(topology: ResolvedTopology, request: Request, deadline: number | undefined): Promise<Result> {
  const settings = readSettings(process.env);
  const { domain, apiPrefix } = settings;
  // An event that says "the credentials changed" must not be answered with those from memory.
  const fresh = request.trigger === "credentials";
  return run({
    topology,
    connect: () => connectWithCredentials({ settings, credentials, fresh }),
    mode: request.mode,
    trigger: request.trigger,
    ...(request.only ? { only: request.only } : {}),
    ...(request.approve === undefined ? {} : { approve: request.approve }),
    api: { ...(domain === undefined ? {} : { domain }), ...(apiPrefix === undefined ? {} : { prefix: apiPrefix }) },
    ...(deadline === undefined ? {} : { deadline }),
  });
}

/** Epoch milliseconds: a tenth of the time, and a second at least, is kept for logs, metrics and the answer. */
function deadlineOf(context: Context): number | undefined {
  const remaining = context.getRemainingTimeInMillis?.();
  return remaining === undefined ? undefined : Date.now() + remaining - Math.max(1000, remaining / 10);
}
