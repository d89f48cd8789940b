import type { Context } from "aws-lambda";
import { messageOf } from "../../../../lib/jetstream/errors/broker-error.ts";
import { EnsureFailed } from "../../ensure-failed.ts";
import { EventError } from "../../event/event-error.ts";
import { parseEvent } from "../../event/parse-event.ts";
import { logUnexpected } from "../../telemetry/log-unexpected.ts";
import type { Caller } from "../caller.ts";
import { DESCRIPTION } from "./description.ts";
import { findLastRun, type LastRunResult } from "./last-run.ts";
import { writingAlias } from "./look-only.ts";
import { failureView, resultView, type View } from "./result-view.ts";
import { type WidgetEvent, widgetEvent } from "./widget-event.ts";

/**
 * The caller for a custom widget of a CloudWatch dashboard.
 *
 * CloudWatch invokes the function with the viewer's permissions, at each refresh and each press of a button. It shows
 * the HTML that the function returns.
 *
 * A failure appears in that HTML and does not fail the invocation. For a failed invocation the console would show only
 * that it failed, and the alarms are about runs, not about views of the dashboard.
 */
export function widgetCaller(event: unknown, context: Context): Caller | undefined {
  const widget = widgetEvent(event);
  if (!widget) return undefined;
  const { describe, viewer } = widget;
  let only: string[] | undefined;
  // The function searches for it while it plans. After a button's run it stays null, because the page shows that run.
  let lastRun: Promise<LastRunResult | null> = Promise.resolve(null);
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
      const fromDashboard = request.mode === "plan";
      only = request.only;
      if (fromDashboard) lastRun = findLastRun(context.logGroupName);
      return { ...request, fromDashboard };
    },
    answer: async (result) => (result ? resultView(result, await view()) : DESCRIPTION),
    failed: async (error) => {
      logUnexpected(error);
      const result = error instanceof EnsureFailed ? error.result : undefined;
      return result ? resultView(result, await view()) : failureView(messageOf(error), await view());
    },
  };
}

/**
 * The parameters for the request.
 *
 * @throws EventError if the widget's own parameters ask for a write. Only a button may write: the widget itself would
 *   write at each refresh, without a confirmation.
 */
function parametersOf({ parameters, own }: WidgetEvent): Record<string, unknown> {
  const { mode = "plan", approve } = own;
  if (mode === "plan" && approve === undefined) return parameters;
  throw new EventError([
    'the widget\'s own parameters may have only "only": what writes is a button, which asks first',
  ]);
}
