import { Duration } from "aws-cdk-lib";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/**
 * Limits for the delivery of events that nobody waits for.
 *
 * The defaults of the services are 185 retries and a day (Lambda: 2 retries and 6 hours). With these, many old events
 * would ask a broker that comes back for the same thing.
 */
export const DELIVERY = { retryAttempts: 2, maxEventAge: Duration.minutes(15) } as const;

const REASON = "It is the queue of dead letters itself, of services rather than of another queue.";

/** The queue for events that AWS gave up: events that were undelivered or too old, or whose run failed. */
export function deadLetterQueue(scope: Construct): Queue {
  const queue = new Queue(scope, "DeadLetters", { enforceSSL: true, retentionPeriod: Duration.days(14) });
  acknowledge(queue, {
    "AwsSolutions-SQS3": REASON,
    "Serverless-SQSRedrivePolicy": REASON,
  });
  return queue;
}

/**
 * Limits asynchronous invocations. Lambda does not repeat a failed run, because the next run asks for the same and
 * reports the newer state.
 */
export function boundAsyncInvokes(alias: Alias, deadLetters: Queue): void {
  alias.configureAsyncInvoke({
    retryAttempts: 0,
    maxEventAge: DELIVERY.maxEventAge,
    onFailure: new SqsDestination(deadLetters),
  });
}
