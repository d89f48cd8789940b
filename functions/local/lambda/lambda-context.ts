import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

const NAME = "jetstream-ensure-local";

/** Milliseconds that an invocation has; a steady run takes a hundredth of it. */
const TIME_MS = 60_000;

/** The context that Lambda gives each invocation. */
export function lambdaContext(): Context {
  const end = Date.now() + TIME_MS;
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${NAME}`,
    logGroupName: `/aws/lambda/${NAME}`,
    logStreamName: "local",
    memoryLimitInMB: "256",
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
