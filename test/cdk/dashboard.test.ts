import { Duration } from "aws-cdk-lib";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/props.ts";
import { only, statementsOf, template } from "./synth.ts";

const DASHBOARD = "AWS::CloudWatch::Dashboard";

const FUNCTION = expect.stringMatching(/^<EnsureFunction/);

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown> & { title: string };
}

/** The dashboard's widgets, with `<logical id>` for what only a deployment knows. */
function widgets(props: Partial<JetStreamEnsureProps> = {}): Widget[] {
  const { DashboardBody } = only(template(props), DASHBOARD).Properties;
  return JSON.parse(textOf(DashboardBody)).widgets;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::Join": join, Ref, "Fn::GetAtt": attribute } = value as Record<string, unknown>;
  if (Array.isArray(join)) return join[1].map(textOf).join(join[0]);
  return `<${Ref ?? (Array.isArray(attribute) ? attribute.join(".") : "")}>`;
}

const titled = (title: string, props?: Partial<JetStreamEnsureProps>): Record<string, unknown> | undefined =>
  widgets(props).find(({ properties }) => properties.title === title)?.properties;

describe("the dashboard", () => {
  test("has the plan on top, served by the alias, and asked for at each refresh only", () => {
    const [first] = widgets();
    expect(first).toMatchObject({
      type: "custom",
      x: 0,
      y: 0,
      width: 24,
      properties: {
        title: "JetStream topology orders",
        endpoint: expect.stringMatching(/^<EnsureLive/),
        updateOn: { refresh: true, resize: false, timeRange: false },
      },
    });
  });

  test("has alarms, drift, the last differences, storage and run time under it, none upon another", () => {
    const shown = widgets();
    expect(shown.map(({ properties }) => properties.title)).toEqual([
      "JetStream topology orders",
      "Alarms",
      "Drift",
      "Drift by kind",
      "Last differences",
      "File storage",
      "Run time",
    ]);
    const cells = shown.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...shown.map(({ x, width }) => x + width))).toBe(24);
  });

  test("shows each alarm's state, and no row of them where there are none", () => {
    const { alarms } = titled("Alarms") ?? {};
    expect(alarms).toHaveLength(11);
    expect(titled("Alarms", { alarms: false })).toBeUndefined();
  });

  test("draws what the function writes, at the schedule's own pace", () => {
    const schedule = ScheduleExpression.rate(Duration.minutes(15));
    const of = (name: string) => [
      "JetStreamEnsure",
      name,
      "function",
      FUNCTION,
      "topology",
      "orders",
      expect.anything(),
    ];
    const { metrics } = titled("Drift", { schedule }) ?? {};
    expect(metrics).toEqual([of("Drift"), of("Held"), of("Failed")]);
    expect((metrics as unknown[][])[0]?.at(-1)).toMatchObject({
      period: 900,
      stat: "Maximum",
    });
    expect(titled("File storage")?.metrics).toEqual([of("StorageDeclared"), of("StorageReserved"), of("StorageLimit")]);
  });

  test("draws drift by the kinds of resource that are declared", () => {
    const of = (kind: string) => [
      "JetStreamEnsure",
      "Drift",
      "function",
      FUNCTION,
      "kind",
      kind,
      "topology",
      "orders",
      expect.objectContaining({ label: kind }),
    ];
    expect(titled("Drift by kind")?.metrics).toEqual([of("stream"), of("kv")]);
  });

  test("marks the timeout in the run times", () => {
    expect(titled("Run time", { timeout: Duration.seconds(90) })?.annotations).toMatchObject({
      horizontal: [{ value: 90_000, label: "timeout" }],
    });
  });

  test("lists the last differences of the function's log", () => {
    const { query } = titled("Last differences") ?? {};
    expect(query).toMatch(/^SOURCE '<EnsureLogs/);
    expect(query).toContain('| filter event = "resource"');
  });

  test("lets the function read its own log for the last run, and no other", () => {
    const made = template();
    const reading = statementsOf(made, /^EnsureRole/).filter(({ Action }) => Action === "logs:FilterLogEvents");
    expect(reading).toMatchObject([{ Resource: { "Fn::GetAtt": [expect.stringMatching(/^EnsureLogs/), "Arn"] } }]);
  });

  test("has the name that is chosen", () => {
    expect(only(template({ dashboard: { name: "Orders" } }), DASHBOARD).Properties.DashboardName).toBe("Orders");
  });

  test("is not there where it is not wanted, and then the function may not read its log", () => {
    const made = template({ dashboard: false });
    made.resourceCountIs(DASHBOARD, 0);
    expect(JSON.stringify(made.toJSON())).not.toContain("FilterLogEvents");
  });
});
