import type { Context } from "aws-lambda";
import { messageOf } from "../../../../lib/jetstream/errors/broker-error.ts";
import { EnsureFailed } from "../../ensure-failed.ts";
import { parseEvent } from "../../event/event.ts";
import { EventError } from "../../event/event-error.ts";
import { logUnexpected } from "../../telemetry/log-unexpected.ts";
import type { Caller } from "../caller.ts";
import { DESCRIPTION } from "./description.ts";
import { findLastRun, type LastRunFound } from "./last-run.ts";
import { writingAlias } from "./look-only.ts";
import { failureView, resultView, type View } from "./result-view.ts";
import { type WidgetEvent, widgetEvent } from "./widget-event.ts";

/**
 * A custom widget of a CloudWatch dashboard, which invokes the function as the person who looks, at each refresh and
 * each press of a button, and shows the HTML that it answers.
 *
 * A failure is shown to that person, and does not fail the invocation: the console would show no more than that it
 * failed, and the alarms are about runs, not about who looks.
 */
export function widgetCaller(event: unknown, context: Context): Caller | undefined {
  const widget = widgetEvent(event);
  if (!widget) return undefined;
  const { describe, viewer } = widget;
  let only: string[] | undefined;
  // Looked for while the plan is made. Of a button's run it is that run, which the person has before them.
  let lastRun: Promise<LastRunFound | null> = Promise.resolve(null);
  const view = async (): Promise<View> => ({
    viewer,
    functionArn: context.invokedFunctionArn,
    aliasArn: writingAlias() ?? context.invokedFunctionArn,
    only,
    now: new Date(),
    lastRun: await lastRun,
  });
  return {
    request() {
      if (describe) return { mode: "plan", trigger: "dashboard", skip: "The console asked what the widget shows." };
      const request = parseEvent({ mode: "plan", trigger: "dashboard", ...parametersOf(widget) });
      const look = request.mode === "plan";
      only = request.only;
      if (look) lastRun = findLastRun(context.logGroupName);
      return { ...request, look };
    },
    answer: async (result) => (result ? resultView(result, await view()) : DESCRIPTION),
    failed: async (error) => {
      logUnexpected(error);
      const result = error instanceof EnsureFailed ? error.result : undefined;
      return result ? resultView(result, await view()) : failureView(messageOf(error), await view());
    },
  };
}

/** @throws EventError where the widget itself, rather than a button, would have it write: at each look, and unasked */
function parametersOf({ parameters, own }: WidgetEvent): Record<string, unknown> {
  const { mode = "plan", approve } = own;
  if (mode === "plan" && approve === undefined) return parameters;
  throw new EventError([
    'the widget\'s own parameters may have only "only": what writes is a button, which asks first',
  ]);
}
