import type { Mode, Result } from "../../../lib/report/result.ts";
import { EventError, isMode, isObject, isText, isTrigger, wrongMode, wrongTrigger } from "./event-error.ts";
import { failOnOf } from "./fail-on.ts";
import type { CustomResource, RunRequest } from "./request.ts";

/** The answer that CDK's provider framework passes on to CloudFormation. */
export interface CustomResourceAnswer {
  PhysicalResourceId: string;
  /** Values for `Fn::GetAtt`. They are strings, the only type that CloudFormation has there. */
  Data?: Record<string, string>;
}

export function isCustomResource(event: unknown): boolean {
  if (!isObject(event)) return false;
  const { RequestType: type, StackId: stack } = event;
  return isText(stack) && (type === "Create" || type === "Update" || type === "Delete");
}

/** Parses the event of a CloudFormation custom resource. Returns `undefined` for any other event. */
export function parseCustomResource(event: Record<string, unknown>): RunRequest | undefined {
  if (!isCustomResource(event)) return undefined;
  const { RequestType: type, PhysicalResourceId: id } = event;
  const properties = isObject(event.ResourceProperties) ? event.ResourceProperties : {};
  const customResource: CustomResource = {
    ...(isText(id) ? { physicalResourceId: id } : {}),
    rollback: canBeRollback(event),
    failOn: "failed",
  };
  if (type === "Delete") {
    const skip = "The stack let go of its topology; the broker keeps every stream, bucket and consumer.";
    return { mode: "plan", trigger: "deploy", skip, customResource };
  }
  customResource.failOn = failOnOf(properties, "the custom resource");
  return { mode: modeOf(properties), trigger: triggerOf(properties), customResource };
}

/**
 * Builds the answer to CloudFormation. The physical id never changes, because CloudFormation deletes the old resource
 * when its id changes.
 */
export function customResourceAnswer(request: CustomResource | undefined, result?: Result): CustomResourceAnswer {
  const PhysicalResourceId = request?.physicalResourceId ?? "jetstream-ensure";
  if (!result) return { PhysicalResourceId };
  return { PhysicalResourceId, Data: { planId: result.planId ?? "", converged: String(result.converged) } };
}

function modeOf(properties: Record<string, unknown>): Mode {
  const { mode = "ensure" } = properties;
  if (!isMode(mode)) throw new EventError([wrongMode('"mode" of the custom resource', mode)]);
  return mode;
}

function triggerOf({ trigger = "deploy" }: Record<string, unknown>): string {
  if (!isTrigger(trigger)) throw new EventError([wrongTrigger('"trigger" of the custom resource', trigger)]);
  return trigger;
}

/**
 * Tells whether CloudFormation may be rolling a deployment back: the event is an Update to a function version that is
 * not newer.
 *
 * Version numbers only grow, so a deployment of other code or of another topology always has a newer version. An Update
 * that changes only the resource's own properties has the same version, and looks like its own rollback. A replaced
 * function counts from 1 again, so its versions prove nothing. The stack's status would answer the question, but the
 * function has no permission to read it.
 */
function canBeRollback({ RequestType, ResourceProperties, OldResourceProperties }: Record<string, unknown>): boolean {
  if (RequestType !== "Update" || !isObject(ResourceProperties) || !isObject(OldResourceProperties)) return false;
  if (ResourceProperties.function !== OldResourceProperties.function) return true;
  return versionOf(ResourceProperties) <= versionOf(OldResourceProperties);
}

function versionOf({ version }: Record<string, unknown>): number {
  return isText(version) ? Number(version) : Number.NaN;
}
