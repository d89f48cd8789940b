import { KEYS, parseOurs } from "../event/event.ts";
import { EventError, isObject, isText, show } from "../event/event-error.ts";
import { type FailOn, failOnOf } from "../event/fail-on.ts";
import type { Request } from "../event/request.ts";

/** What a pipeline's action asks for. */
export interface JobRequest {
  request: Request;
  failOn: FailOn;
}

/**
 * The id of the job in the event of a pipeline's invoke action; undefined where the event is something else. Nothing
 * but this and the action's UserParameters is ever read of it: it carries temporary credentials.
 */
export function codePipelineJobId(event: unknown): string | undefined {
  const id = jobOf(event).id;
  return isText(id) ? id : undefined;
}

/**
 * What the action's UserParameters ask for: they are an event of ours as JSON, and may have `failOn` besides. Without
 * any it is a plan, because an event that nobody configured never writes.
 *
 * @throws EventError where they are something else, or a value is wrong
 */
export function parseCodePipelineJob(event: unknown): JobRequest {
  const parameters = userParametersOf(event);
  const request = parseOurs(parameters, { trigger: "pipeline", keys: [...KEYS, "failOn"] });
  return { request, failOn: failOnOf(parameters, "the action's UserParameters") };
}

function userParametersOf(event: unknown): Record<string, unknown> {
  const data = objectIn(jobOf(event), "data");
  const { UserParameters: text } = objectIn(objectIn(data, "actionConfiguration"), "configuration");
  if (text === undefined || text === null || (typeof text === "string" && text.trim() === "")) return {};
  const parameters = typeof text === "string" ? parsed(text) : undefined;
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
