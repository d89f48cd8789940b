import { Duration } from "aws-cdk-lib";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { ensure, only, stack, statementsOf, template, templateOf } from "./synth.ts";

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
  test("has the plan on top, served by the function that only looks, and asked for at each refresh only", () => {
    const [first] = widgets();
    expect(first).toMatchObject({
      type: "custom",
      x: 0,
      y: 0,
      width: 24,
      properties: {
        title: "JetStream topology orders",
        endpoint: expect.stringMatching(/^<EnsureLookFunction\w+\.Arn>/),
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

  describe("looks by a function of its own", () => {
    const functionsOf = (made: ReturnType<typeof template>) => {
      const functions = Object.entries(made.findResources("AWS::Lambda::Function"));
      const [ensures, looks] = [/^EnsureFunction/, /^EnsureLookFunction/].map((name) =>
        functions.find(([id]) => name.test(id)),
      );
      return { ensures: ensures?.[1].Properties, looks: looks?.[1].Properties };
    };

    test("of the same code, which is told the alias that may write, and takes no reserved execution", () => {
      const { ensures, looks } = functionsOf(template({ credentials: { creds: "/orders/creds" } }));
      const { ENSURE_ALIAS_ARN: alias, ...others } = looks.Environment.Variables;
      expect(alias).toEqual({ Ref: expect.stringMatching(/^EnsureLive/) });
      expect(others).toEqual(ensures.Environment.Variables);
      for (const same of ["Code", "Handler", "Timeout", "MemorySize", "LoggingConfig"]) {
        expect(looks[same]).toEqual(ensures[same]);
      }
      expect(ensures.ReservedConcurrentExecutions).toBe(1);
      expect(looks).not.toHaveProperty("ReservedConcurrentExecutions");
      expect(looks.Role).not.toEqual(ensures.Role);
    });

    test("whose role reads the credentials and the log, and may nothing of what events need", () => {
      const made = template({ credentials: { creds: "/orders/creds" } });
      const actions = statementsOf(made, /^EnsureLookRole/).flatMap(({ Action }) => Action);
      expect(actions).toEqual([
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "ssm:GetParameters",
        "logs:FilterLogEvents",
      ]);
    });

    test("for whom its app lets look, who may not write", () => {
      const at = stack();
      const made = ensure({}, at);
      made.grantLook(new Role(at, "Viewer", { assumedBy: new AnyPrincipal() }));
      const [statement] = statementsOf(templateOf(made), /^Viewer/);
      expect(statement).toMatchObject({ Action: "lambda:InvokeFunction" });
      expect(JSON.stringify(statement?.Resource)).toMatch(/EnsureLookFunction/);
      expect(JSON.stringify(statement?.Resource)).not.toMatch(/EnsureLive|EnsureFunction/);
      expect(() =>
        ensure({ dashboard: false }).grantLook(new Role(at, "Other", { assumedBy: new AnyPrincipal() })),
      ).toThrow(/no dashboard to look at/);
    });

    test("that connects to what the function may connect to, in a VPC", () => {
      const at = stack();
      const vpc = Vpc.fromVpcAttributes(at, "Vpc", {
        vpcId: "vpc-0123456789abcdef0",
        availabilityZones: ["a"],
        privateSubnetIds: ["subnet-0123456789abcdef0"],
      });
      const { ensures, looks } = functionsOf(templateOf(ensure({ vpc }, at)));
      expect(looks.VpcConfig).toEqual(ensures.VpcConfig);
    });
  });

  test("has the name that is chosen", () => {
    expect(only(template({ dashboard: { name: "Orders" } }), DASHBOARD).Properties.DashboardName).toBe("Orders");
  });

  test("is not there where it is not wanted, nor the function that looks, and then nobody may read the log", () => {
    const made = template({ dashboard: false });
    made.resourceCountIs(DASHBOARD, 0);
    expect(JSON.stringify(made.toJSON())).not.toContain("EnsureLook");
    expect(JSON.stringify(made.toJSON())).not.toContain("FilterLogEvents");
  });
});
