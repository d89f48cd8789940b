import { isObject, isText } from "../../event/event-error.ts";

/** The viewer's settings that change how the page looks. */
export interface Viewer {
  /** How many minutes the viewer's clock is ahead of UTC. */
  utcOffset: number;
  dark: boolean;
}

/** The event of a custom widget, which CloudWatch sends for the viewer of a dashboard. */
export interface WidgetEvent {
  /** The console asks for the widget's description, because a user adds the widget by hand. */
  describe: boolean;
  /** The function's own event, from the widget's parameters or from the button that the user pressed. */
  parameters: Record<string, unknown>;
  /** The widget's own parameters, which CloudWatch sends each time. */
  own: Record<string, unknown>;
  viewer: Viewer;
}

/** Parses the event of a custom widget. Returns `undefined` for any other event. */
export function widgetEvent(event: unknown): WidgetEvent | undefined {
  if (!isObject(event)) return undefined;
  const { widgetContext: context, describe, ...parameters } = event;
  if (!isObject(context) && describe !== true) return undefined;
  const { params, ...settings } = isObject(context) ? context : {};
  return { describe: describe === true, parameters, own: isObject(params) ? params : {}, viewer: viewerOf(settings) };
}

function viewerOf({ timezone, theme }: Record<string, unknown>): Viewer {
  return { utcOffset: offsetOf(isObject(timezone) ? timezone.offsetISO : undefined), dark: theme === "dark" };
}

/** Parses `offsetISO`, such as "+02:00". CloudWatch also sends `offsetInMinutes`, which has the opposite sign. */
function offsetOf(offset: unknown): number {
  const [, sign, hours, minutes] = (isText(offset) && /^([+-])(\d\d):(\d\d)$/.exec(offset)) || [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
