import { Duration } from "aws-cdk-lib";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/**
 * How long an event that nobody waits for is tried. The services' own defaults are 185 tries and a day (Lambda: 2 and 6
 * hours), after which a broker that comes back would be asked the same by a heap of old events.
 */
export const DELIVERY = { retryAttempts: 2, maxEventAge: Duration.minutes(15) } as const;

const OF_DEAD_LETTERS = "It is the queue of dead letters itself, of services rather than of another queue.";

/** Where events go that were given up: undelivered, too old, or their run failed. */
export function deadLetterQueue(scope: Construct): Queue {
  const queue = new Queue(scope, "DeadLetters", { enforceSSL: true, retentionPeriod: Duration.days(14) });
  acknowledge(queue, {
    "AwsSolutions-SQS3": OF_DEAD_LETTERS,
    "Serverless-SQSRedrivePolicy": OF_DEAD_LETTERS,
  });
  return queue;
}

/** A run that failed is not tried again: the next one asks for the same, and says what there is by then. */
export function boundAsyncInvokes(alias: Alias, deadLetters: Queue): void {
  alias.configureAsyncInvoke({
    retryAttempts: 0,
    maxEventAge: DELIVERY.maxEventAge,
    onFailure: new SqsDestination(deadLetters),
  });
}
