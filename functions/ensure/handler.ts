import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { invoke, outOfTime } from "./invocation.ts";
import { logger } from "./telemetry/logger.ts";
import { metrics } from "./telemetry/record-metrics.ts";

/** Milliseconds before Lambda's timeout. An invocation that still runs at that moment ends with a sentence. */
const LAST_CALL_MS = 300;

/**
 * The Lambda handler.
 *
 * `logEvent` is off, and the environment cannot turn it on. CloudFormation's events contain a signed URL, and
 * CodePipeline's events contain temporary credentials.
 */
export const handler = middy<unknown, unknown, Error, Context>(invoke, {
  timeoutEarlyInMillis: LAST_CALL_MS,
  timeoutEarlyResponse: outOfTime,
})
  .use(injectLambdaContext(logger, { resetKeys: true, logEvent: false }))
  .use(logMetrics(metrics));
