import type { Mode, Result } from "../../../lib/report/result.ts";
import { EventError, isMode, isObject, isText, isTrigger, wrongMode, wrongTrigger } from "./event-error.ts";
import { failOnOf } from "./fail-on.ts";
import type { CustomResource, Request } from "./request.ts";

/** What the framework in front of this function sends on to CloudFormation. */
export interface CustomResourceAnswer {
  PhysicalResourceId: string;
  /** For `Fn::GetAtt`: texts only, as CloudFormation has no other type there. */
  Data?: Record<string, string>;
}

export function isCustomResource(event: unknown): boolean {
  if (!isObject(event)) return false;
  const { RequestType: type, StackId: stack } = event;
  return isText(stack) && (type === "Create" || type === "Update" || type === "Delete");
}

/** The request in a CloudFormation custom-resource event; undefined where the event is something else. */
export function parseCustomResource(event: Record<string, unknown>): Request | undefined {
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

/** The answer to CloudFormation. The id never changes, because a changed one makes CloudFormation delete the old. */
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
 * An Update to a version of this function that is not newer. Version numbers only grow, so a deployment of other code
 * or of another topology never asks for that; one that changes nothing but the resource's own properties does, and
 * cannot be told from its undoing. Nor can anything be told where the function is another, which counts from 1 again.
 * The stack's own state would tell, but reading it needs a permission.
 */
function canBeRollback({ RequestType, ResourceProperties, OldResourceProperties }: Record<string, unknown>): boolean {
  if (RequestType !== "Update" || !isObject(ResourceProperties) || !isObject(OldResourceProperties)) return false;
  if (ResourceProperties.function !== OldResourceProperties.function) return true;
  return versionOf(ResourceProperties) <= versionOf(OldResourceProperties);
}

function versionOf({ version }: Record<string, unknown>): number {
  return isText(version) ? Number(version) : Number.NaN;
}
