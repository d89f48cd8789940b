import type { Context } from "aws-lambda";
import { parseEvent } from "../event/parse-event.ts";
import type { Caller } from "./caller.ts";
import { codeDeployCaller } from "./code-deploy.ts";
import { codePipelineCaller } from "./code-pipeline.ts";
import { customResourceCaller } from "./custom-resource.ts";
import { widgetCaller } from "./widget/widget-caller.ts";

/** Finds out from the event who invoked the function. */
export function callerOf(event: unknown, context: Context): Caller {
  const pipeline = codePipelineCaller(event, context) ?? codeDeployCaller(event, context);
  return widgetCaller(event, context) ?? customResourceCaller(event) ?? pipeline ?? directCaller(event);
}

/**
 * The caller for a user, a schedule, or a service that needs no report. The invocation returns the result, and throws
 * if the run fails.
 */
function directCaller(event: unknown): Caller {
  return {
    request: () => parseEvent(event),
    answer: (result) => result,
    failed: (error) => {
      throw error;
    },
  };
}
