/** A button of a custom widget, as the console reads it. */
export interface WidgetButton {
  text: string;
  endpoint: string;
  /** What the console asks before it calls. */
  confirmation: string | undefined;
  /** What it calls with. */
  event: Record<string, unknown>;
}

/** The buttons of a widget's HTML: a link, and right behind it the element that says what it does. */
export function buttonsIn(html: string): WidgetButton[] {
  const pattern = /<a class="btn[^"]*">([^<]*)<\/a\s*><cwdb-action action="call" display="widget"([^>]*)>([^<]*)</g;
  return [...html.matchAll(pattern)].map(([, text = "", attributes = "", json = ""]) => ({
    text,
    endpoint: attributeOf(attributes, "endpoint") ?? "",
    confirmation: attributeOf(attributes, "confirmation"),
    event: JSON.parse(json),
  }));
}

function attributeOf(attributes: string, name: string): string | undefined {
  return new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
}

/** What the console sends along. */
export function widgetContext(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    dashboardName: "Orders",
    widgetId: "widget-1",
    accountId: "123456789012",
    locale: "en",
    timezone: { label: "Local", offsetISO: "+01:00", offsetInMinutes: -60 },
    period: 300,
    isAutoPeriod: true,
    timeRange: { mode: "relative", start: 1627236199729, end: 1627322599729, relativeStart: 86400012 },
    theme: "light",
    linkCharts: true,
    title: "JetStream",
    forms: { all: {} },
    params: {},
    width: 1188,
    height: 480,
    ...more,
  };
}
