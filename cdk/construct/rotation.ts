import { type EventPattern, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { DELIVERY } from "./delivery.ts";

/** Operations that may change a parameter's value, also for a name with a label (`/orders/creds:prod`). */
const OPERATIONS = ["Create", "Update", "LabelParameterVersion", "Delete"];

export interface RotationOptions {
  live: IFunction;
  deadLetters: Queue;
  /** Names of parameters in Parameter Store itself. */
  names: string[];
  /** Names of secrets in Secrets Manager. */
  secrets: string[];
}

/**
 * Creates the rules that try changed credentials at once, before somebody withdraws the old ones.
 *
 * The rules ask for a plan. It logs in and reads everything, and it writes nothing at a time that nobody chose. A
 * deleted parameter makes the plan fail with the parameter's name. So the alarm comes before the function forgets the
 * credentials in memory.
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
    // Secrets Manager sends this event for AWSCURRENT and for custom labels, after a rotation or a change by hand. It
    // needs no CloudTrail.
    rule("OnSecretRotation", "The broker's credentials changed in Secrets Manager", {
      source: ["aws.secretsmanager"],
      detailType: ["Secret Label Updated"],
      detail: { name: secrets },
    });
  }
}
