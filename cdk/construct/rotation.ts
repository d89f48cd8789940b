import { type EventPattern, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { DELIVERY } from "./delivery.ts";

/** What may change the value of a parameter, also of one that is named with a label (`/orders/creds:prod`). */
const OPERATIONS = ["Create", "Update", "LabelParameterVersion", "Delete"];

export interface RotationOptions {
  live: IFunction;
  deadLetters: Queue;
  /** Names of parameters. */
  names: string[];
  /** Names of secrets in Secrets Manager. */
  secrets: string[];
}

/**
 * Credentials that changed are tried at once, not when the old ones have been withdrawn. With a plan, which logs in and
 * reads everything, and writes nothing at an hour that nobody chose. A parameter that was deleted fails the plan, which
 * names it, so that the alarm comes before the credentials in memory are forgotten.
 */
export function rotationRules(scope: Construct, { live, deadLetters, names, secrets }: RotationOptions): void {
  const rule = (id: string, description: string, eventPattern: EventPattern) =>
    new Rule(scope, id, {
      description,
      eventPattern,
      targets: [
        new LambdaFunction(live, {
          event: RuleTargetInput.fromObject({ mode: "plan", trigger: "credentials" }),
          deadLetterQueue: deadLetters,
          ...DELIVERY,
        }),
      ],
    });
  if (names.length > 0) {
    rule("OnRotation", "The broker's credentials changed in Parameter Store", {
      source: ["aws.ssm"],
      detailType: ["Parameter Store Change"],
      detail: { name: names, operation: OPERATIONS },
    });
  }
  if (secrets.length > 0) {
    // Secrets Manager sends this of AWSCURRENT and of labels of one's own, by a rotation or by hand, without CloudTrail.
    rule("OnSecretRotation", "The broker's credentials changed in Secrets Manager", {
      source: ["aws.secretsmanager"],
      detailType: ["Secret Label Updated"],
      detail: { name: secrets },
    });
  }
}
