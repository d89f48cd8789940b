import { Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { DELIVERY } from "./delivery.ts";

/**
 * Credentials that changed are tried at once, not when the old ones have been withdrawn. With a plan, which logs in and
 * reads everything, and writes nothing at an hour that nobody chose.
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
      detail: { name: names, operation: ["Create", "Update"] },
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
