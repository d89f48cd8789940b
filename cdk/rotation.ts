import { Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { DELIVERY } from "./delivery.ts";

/** What may change the value of a parameter, also of one that is named with a label (`/orders/creds:prod`). */
const OPERATIONS = ["Create", "Update", "LabelParameterVersion", "Delete"];

/**
 * Credentials that changed are tried at once, not when the old ones have been withdrawn. With a plan, which logs in and
 * reads everything, and writes nothing at an hour that nobody chose. A parameter that was deleted fails the plan, which
 * names it, so that the alarm comes before the credentials in memory are forgotten.
 */
export function rotationRule(
  scope: Construct,
  { live, deadLetters, names }: { live: IFunction; deadLetters: Queue; names: string[] },
): Rule {
  return new Rule(scope, "OnRotation", {
    description: "The broker's credentials changed in Parameter Store",
    eventPattern: {
      source: ["aws.ssm"],
      detailType: ["Parameter Store Change"],
      detail: { name: names, operation: OPERATIONS },
    },
    targets: [
      new LambdaFunction(live, {
        event: RuleTargetInput.fromObject({ mode: "plan", trigger: "credentials" }),
        deadLetterQueue: deadLetters,
        ...DELIVERY,
      }),
    ],
  });
}
