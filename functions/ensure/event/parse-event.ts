import { patternsMistake } from "../../../lib/topology/pattern.ts";
import { parseCustomResource } from "./custom-resource-event.ts";
import { EventError, isMode, isObject, isText, isTrigger, show, wrongMode, wrongTrigger } from "./event-error.ts";
import type { EnsureEvent } from "./event-types.ts";
import type { RunRequest } from "./request.ts";

/**
 * Parses an event into the request for a run.
 *
 * An event that is not meant for this function (empty, null, the console's hello-world template, a service's
 * notification) is a plan. It is never an error and never a write, so a user who presses Test changes nothing.
 *
 * @throws EventError if the event is meant for this function (it has a `mode`, or only keys of the function's own
 *   event) and a value is wrong. A plan instead would look like a finished ensure.
 */
export function parseEvent(event: unknown): RunRequest {
  if (!isObject(event)) return planRequest();
  if (isEnsureEvent(event)) return parseEnsureEvent(event);
  return parseCustomResource(event) ?? parseNotification(event) ?? planRequest();
}

/** The keys that the function's own event may have. */
export const EVENT_KEYS: string[] = ["mode", "trigger", "only", "approve", "adopt"] satisfies (keyof EnsureEvent)[];

function planRequest(): RunRequest {
  return { mode: "plan", trigger: "manual" };
}

function isEnsureEvent(event: Record<string, unknown>): boolean {
  const keys = Object.keys(event);
  return keys.includes("mode") || (keys.length > 0 && keys.every((key) => EVENT_KEYS.includes(key)));
}

/**
 * Parses the function's own event.
 *
 * @param options.trigger the trigger for an event that names none; default `manual`
 * @param options.keys the keys that the event may have; default `EVENT_KEYS`. The caller reads any additional key
 *   itself.
 * @throws EventError
 */
export function parseEnsureEvent(
  event: Record<string, unknown>,
  options: { trigger?: string; keys?: string[] } = {},
): RunRequest {
  const { keys = EVENT_KEYS } = options;
  const { mode = "plan", trigger = options.trigger ?? "manual", only, approve, adopt } = event;
  const mistakes: string[] = [];
  const unknown = Object.keys(event).filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    mistakes.push(`it has the unknown ${unknown.map(show).join(", ")}, and may have ${keys.map(show).join(", ")}`);
  }
  if (!isMode(mode)) mistakes.push(wrongMode('"mode"', mode));
  if (!isTrigger(trigger)) mistakes.push(wrongTrigger('"trigger"', trigger));
  if (only !== undefined && !isTexts(only)) {
    mistakes.push(`"only" is ${show(only)}: it must be a list of resource ids, such as ["stream/ORDERS", "kv/*"]`);
  }
  const tooMuch = isTexts(only) ? patternsMistake(only) : undefined;
  if (tooMuch !== undefined) mistakes.push(`"only" ${tooMuch}`);
  if (approve !== undefined && !isText(approve)) {
    mistakes.push(`"approve" is ${show(approve)}: it must be the id of a plan, which its result has as "planId"`);
  }
  if (adopt !== undefined && typeof adopt !== "boolean") {
    mistakes.push(`"adopt" is ${show(adopt)}: it must be true or false`);
  }
  if (mistakes.length > 0 || !isMode(mode) || !isTrigger(trigger)) throw new EventError(mistakes);
  return {
    mode,
    trigger,
    ...(isTexts(only) ? { only } : {}),
    ...(isText(approve) ? { approve } : {}),
    ...(typeof adopt === "boolean" ? { adopt } : {}),
  };
}

function parseNotification(event: Record<string, unknown>): RunRequest | undefined {
  // The console's Test template "scheduled event" has this shape, so this event is a plan. The construct's own schedule
  // sends {mode, trigger} instead.
  if (event.source === "aws.events" && event["detail-type"] === "Scheduled Event") {
    return { mode: "plan", trigger: "schedule" };
  }
  // A plan logs in with the new credentials and reads everything. That proves the credentials and writes nothing.
  if (event.source === "aws.ssm" && event["detail-type"] === "Parameter Store Change") {
    const { name, operation } = isObject(event.detail) ? event.detail : {};
    const changed = isText(name) ? { changed: { name, isLabel: operation === "LabelParameterVersion" } } : {};
    return { mode: "plan", trigger: "credentials", ...changed };
  }
  // Secrets Manager sends this event itself, without CloudTrail, when a staging label such as AWSCURRENT moves to a new
  // version.
  if (event.source === "aws.secretsmanager" && event["detail-type"] === "Secret Label Updated") {
    return { mode: "plan", trigger: "credentials" };
  }
  return undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
