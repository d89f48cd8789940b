import type { Mode, Result } from "../../lib/report/result.ts";
import type { Request } from "./event.ts";
import { EventError, isMode, isObject, isText, wrongMode } from "./event-error.ts";

/** What of CloudFormation's event is needed to answer it. Nothing else is kept: the event carries a signed URL. */
export interface CustomResource {
  /** Absent on Create. */
  physicalResourceId?: string;
  /**
   * CloudFormation is undoing a deployment. Such a run must not fail the stack: what made the deployment fail (a broker
   * that is down) would fail its undoing too, and leave the stack in UPDATE_ROLLBACK_FAILED, where only a person can
   * get it out.
   */
  rollback: boolean;
}

/** What the framework in front of this function sends on to CloudFormation. */
export interface CustomResourceAnswer {
  PhysicalResourceId: string;
  /** For `Fn::GetAtt`: texts only, as CloudFormation has no other type there. */
  Data?: Record<string, string>;
}

/** The request in a CloudFormation custom-resource event; undefined where the event is something else. */
export function parseCustomResource(event: Record<string, unknown>): Request | undefined {
  const { RequestType: type, StackId: stack, PhysicalResourceId: id } = event;
  if (!isText(stack) || (type !== "Create" && type !== "Update" && type !== "Delete")) return undefined;
  const properties = isObject(event.ResourceProperties) ? event.ResourceProperties : {};
  const customResource = { ...(isText(id) ? { physicalResourceId: id } : {}), rollback: isRollback(event) };
  if (type === "Delete") {
    const skip = "The stack let go of its topology; the broker keeps every stream, bucket and consumer.";
    return { mode: "plan", trigger: "deploy", skip, customResource };
  }
  const mode = modeOf(properties);
  return { mode, trigger: isText(properties.trigger) ? properties.trigger : "deploy", customResource };
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

/**
 * An Update to an older version of this function, which a deployment never asks for: version numbers only grow. The
 * stack's own state would tell too, but reading it needs a permission.
 */
function isRollback(event: Record<string, unknown>): boolean {
  const version = versionOf(event.ResourceProperties);
  const old = versionOf(event.OldResourceProperties);
  return event.RequestType === "Update" && version < old;
}

function versionOf(properties: unknown): number {
  const version = isObject(properties) ? properties.version : undefined;
  return isText(version) ? Number(version) : Number.NaN;
}
