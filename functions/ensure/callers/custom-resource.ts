import { EnsureFailed } from "../ensure-failed.ts";
import { type CustomResourceAnswer, customResourceAnswer, isCustomResource } from "../event/custom-resource-event.ts";
import { parseEvent } from "../event/parse-event.ts";
import type { CustomResource } from "../event/request.ts";
import type { FailOnNeverLine, RollbackLine } from "../telemetry/log-lines.ts";
import { logger } from "../telemetry/logger.ts";
import type { Caller } from "./caller.ts";
import { refuseHeld } from "./fail-on-held.ts";

/**
 * The caller for CloudFormation. CDK's provider framework passes CloudFormation's events on, and fails the deployment
 * if the function throws.
 */
export function customResourceCaller(event: unknown): Caller | undefined {
  if (!isCustomResource(event)) return undefined;
  // Undefined until the event is read, so an event with wrong values fails the deployment.
  let deployment: CustomResource | undefined;
  return {
    request() {
      const request = parseEvent(event);
      deployment = request.customResource;
      return request;
    },
    answer(result) {
      if (result && deployment?.failOn === "held") refuseHeld(result, "deployment");
      return customResourceAnswer(deployment, result);
    },
    failed: (error) => pardonFailure(deployment, error),
  };
}

/** Answers a deployment that continues although its run failed. Throws the error if the deployment must fail. */
function pardonFailure(deployment: CustomResource | undefined, error: unknown): CustomResourceAnswer {
  const pardon = deployment && pardonOf(deployment);
  if (!pardon) throw error;
  logger.error(pardon.sentence, { event: pardon.event });
  return customResourceAnswer(deployment, error instanceof EnsureFailed ? error.result : undefined);
}

/** Why a deployment continues although its run failed; `undefined` if the deployment must fail. */
function pardonOf({
  rollback,
  failOn,
}: CustomResource): { sentence: string; event: (RollbackLine | FailOnNeverLine)["event"] } | undefined {
  const sentence = "The run failed, and CloudFormation is answered as if it had not:";
  if (rollback) {
    const why = "this may be a deployment being undone, and the stack must get back.";
    return { sentence: `${sentence} ${why}`, event: "rollback" };
  }
  if (failOn !== "never") return undefined;
  return { sentence: `${sentence} this deployment never fails on it (failOn is never).`, event: "failOnNever" };
}
