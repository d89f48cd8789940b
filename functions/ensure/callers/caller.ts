import type { Context } from "aws-lambda";
import type { Result } from "../../../lib/report/result.ts";
import { parseEvent, type Request } from "../event/event.ts";
import { codeDeployCaller } from "./code-deploy.ts";
import { codePipelineCaller } from "./code-pipeline.ts";
import { customResourceCaller } from "./custom-resource.ts";
import { widgetCaller } from "./widget/widget-caller.ts";

/** Who invoked the function: what they ask for, and how they are told what came of it. */
export interface Caller {
  /** @throws EventError where the event has wrong values */
  request(): Request;
  /**
   * What the invocation returns after a run that did not fail, or after there was nothing to do. An error that it throws
   * goes to `failed`.
   */
  answer(result: Result | undefined): unknown;
  /**
   * What the invocation returns all the same when it failed; the error, thrown, where it fails. The failure itself is
   * in the log by then.
   */
  failed(error: unknown): unknown;
}

export function callerOf(event: unknown, context: Context): Caller {
  const pipeline = codePipelineCaller(event, context) ?? codeDeployCaller(event, context);
  return widgetCaller(event, context) ?? customResourceCaller(event) ?? pipeline ?? invoker(event);
}

/** A person, a schedule, a service that only wants it done: the result is the answer, and a failure fails. */
function invoker(event: unknown): Caller {
  return {
    request: () => parseEvent(event),
    answer: (result) => result,
    failed: (error) => {
      throw error;
    },
  };
}
