import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Tells cdk-nag, if an app uses it, why a rule does not apply to a construct. `reasons` maps each rule to its reason.
 */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  const validations = Validations.of(construct);
  for (const [id, reason] of Object.entries(reasons)) validations.acknowledge({ id, reason });
}
