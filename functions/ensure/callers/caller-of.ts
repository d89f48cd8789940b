import type { Context } from "aws-lambda";
import { parseEvent } from "../event/event.ts";
import type { Caller } from "./caller.ts";
import { codeDeployCaller } from "./code-deploy.ts";
import { codePipelineCaller } from "./code-pipeline.ts";
import { customResourceCaller } from "./custom-resource.ts";
import { widgetCaller } from "./widget/widget-caller.ts";

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
