import { isObject, isText } from "../../event/event-error.ts";

/** Who looks, as far as it matters to what they see. */
export interface Viewer {
  /** Minutes that their clock is ahead of UTC. */
  utcOffset: number;
  dark: boolean;
}

/** What CloudWatch asks for on behalf of the person who looks at a dashboard. */
export interface WidgetEvent {
  /** The console asks what the widget is about, when somebody adds one by hand. */
  describe: boolean;
  /** Of the widget, or of the button that was pressed: an event of the contract. */
  parameters: Record<string, unknown>;
  /** The widget's own, which come at each look. */
  own: Record<string, unknown>;
  viewer: Viewer;
}

/** Undefined where the event is no custom widget's. */
export function widgetEvent(event: unknown): WidgetEvent | undefined {
  if (!isObject(event)) return undefined;
  const { widgetContext: context, describe, ...parameters } = event;
  if (!isObject(context) && describe !== true) return undefined;
  const { params, ...about } = isObject(context) ? context : {};
  return { describe: describe === true, parameters, own: isObject(params) ? params : {}, viewer: viewerOf(about) };
}

function viewerOf({ timezone, theme }: Record<string, unknown>): Viewer {
  return { utcOffset: offsetOf(isObject(timezone) ? timezone.offsetISO : undefined), dark: theme === "dark" };
}

/** `offsetISO` is "+02:00". Not `offsetInMinutes`, whose sign is the other way round. */
function offsetOf(offset: unknown): number {
  const [, sign, hours, minutes] = (isText(offset) && /^([+-])(\d\d):(\d\d)$/.exec(offset)) || [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
