import { patternsMistake } from "../../../lib/topology/pattern.ts";
import { parseCustomResource } from "./custom-resource-event.ts";
import { EventError, isMode, isObject, isText, isTrigger, show, wrongMode, wrongTrigger } from "./event-error.ts";
import type { EnsureEvent } from "./known-events.ts";
import type { Request } from "./request.ts";

/**
 * What an event asks for. An event nobody meant for this function (empty, null, the console's hello-world template, a
 * service's notification) is a plan, never an error and never a write: a person pressing Test changes nothing.
 *
 * @throws EventError when the event is meant for this function (it has a `mode`, or nothing but the contract's keys)
 * and a value is wrong: falling back to a plan would look as if an ensure had been done
 */
export function parseEvent(event: unknown): Request {
  if (!isObject(event)) return nobodysEvent();
  if (isOurs(event)) return parseOurs(event);
  return parseCustomResource(event) ?? parseNotification(event) ?? nobodysEvent();
}

/** What an event of ours may have. */
export const KEYS: string[] = ["mode", "trigger", "only", "approve", "adopt"] satisfies (keyof EnsureEvent)[];

function nobodysEvent(): Request {
  return { mode: "plan", trigger: "manual" };
}

function isOurs(event: Record<string, unknown>): boolean {
  const keys = Object.keys(event);
  return keys.includes("mode") || (keys.length > 0 && keys.every((key) => KEYS.includes(key)));
}

/**
 * @param options.trigger where the event does not say; default `manual`
 * @param options.keys what it may have; default `KEYS`. Those that are not of `KEYS` are for the caller to read.
 * @throws EventError
 */
export function parseOurs(
  event: Record<string, unknown>,
  options: { trigger?: string; keys?: string[] } = {},
): Request {
  const { keys = KEYS } = options;
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

function parseNotification(event: Record<string, unknown>): Request | undefined {
  // The console's Test template "scheduled event" looks just like this, so it is a plan. The schedule that the
  // construct makes sends {mode, trigger} and does not come here.
  if (event.source === "aws.events" && event["detail-type"] === "Scheduled Event") {
    return { mode: "plan", trigger: "schedule" };
  }
  // A plan logs in with the new credentials and reads everything: enough to prove them, and nothing is written.
  if (event.source === "aws.ssm" && event["detail-type"] === "Parameter Store Change") {
    const { name, operation } = isObject(event.detail) ? event.detail : {};
    const changed = isText(name) ? { changed: { name, isLabel: operation === "LabelParameterVersion" } } : {};
    return { mode: "plan", trigger: "credentials", ...changed };
  }
  // Secrets Manager's own event, which needs no trail: a staging label, such as AWSCURRENT, moved to a new version.
  if (event.source === "aws.secretsmanager" && event["detail-type"] === "Secret Label Updated") {
    return { mode: "plan", trigger: "credentials" };
  }
  return undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
