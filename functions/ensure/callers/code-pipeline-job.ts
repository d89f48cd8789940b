import { EventError, isObject, isText, show } from "../event/event-error.ts";
import { type FailOn, failOnOf } from "../event/fail-on.ts";
import { EVENT_KEYS, parseEnsureEvent } from "../event/parse-event.ts";
import type { RunRequest } from "../event/request.ts";

/** The request of a pipeline's action, and what makes its job fail. */
export interface JobRequest {
  request: RunRequest;
  failOn: FailOn;
}

/**
 * Reads the job's id from the event of a pipeline's invoke action. Returns `undefined` for any other event.
 *
 * The function reads only this id and the action's UserParameters, because the event contains temporary credentials.
 */
export function codePipelineJobId(event: unknown): string | undefined {
  const id = jobOf(event).id;
  return isText(id) ? id : undefined;
}

/**
 * Reads the action's UserParameters: the function's own event as JSON, with an optional `failOn`.
 *
 * Without UserParameters the request is a plan, because an event that nobody configured must never write.
 *
 * @throws EventError if they are not a JSON object, or a value is wrong
 */
export function parseCodePipelineJob(event: unknown): JobRequest {
  const parameters = userParametersOf(event);
  const request = parseEnsureEvent(parameters, { trigger: "pipeline", keys: [...EVENT_KEYS, "failOn"] });
  return { request, failOn: failOnOf(parameters, "the action's UserParameters") };
}

function userParametersOf(event: unknown): Record<string, unknown> {
  const data = objectIn(jobOf(event), "data");
  const { UserParameters: text } = objectIn(objectIn(data, "actionConfiguration"), "configuration");
  if (text === undefined || text === null || (typeof text === "string" && text.trim() === "")) return {};
  const parameters = typeof text === "string" ? parseJson(text) : undefined;
  if (isObject(parameters)) return parameters;
  throw new EventError([
    `the pipeline action's UserParameters are ${show(text)}: they must be a JSON object, such as {"mode":"ensure"}`,
  ]);
}

function jobOf(event: unknown): Record<string, unknown> {
  return isObject(event) ? objectIn(event, "CodePipeline.job") : {};
}

function objectIn(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = parent[key];
  return isObject(value) ? value : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
