import type { Mode } from "../../../lib/report/result.ts";
import { written } from "../../../lib/text/written.ts";
import { PlainError } from "../plain-error.ts";

/** The event has wrong values. The message names each of them, and the allowed values. */
export class EventError extends PlainError {
  override readonly name = "EventError";
  readonly class = "config";

  constructor(mistakes: string[], options?: ErrorOptions) {
    super(`Nothing was done, because the event is wrong: ${mistakes.join("; ").replace(/\.$/, "")}.`, options);
  }
}

export function wrongMode(where: string, value: unknown): string {
  return `${where} is ${show(value)}: it must be "plan" or "ensure"`;
}

export function isMode(value: unknown): value is Mode {
  return value === "plan" || value === "ensure";
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

const LONGEST_TRIGGER = 64;

/**
 * Tells whether a value may be a trigger, which names who or what asked for the run. Every log line and the report
 * contain the trigger, so it must be short and all its characters must be visible.
 */
export function isTrigger(value: unknown): value is string {
  return isText(value) && value.length <= LONGEST_TRIGGER && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value);
}

export function wrongTrigger(where: string, value: unknown): string {
  return `${where} is ${show(value)}: it must be a text of 1 to ${LONGEST_TRIGGER} characters, all of them visible`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Renders a value as the event has it, cut to a length that fits into a sentence. */
export function show(value: unknown): string {
  return written(value, 80);
}
