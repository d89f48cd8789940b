import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { JetStreamEnsure } from "../../cdk/jetstream-ensure.ts";
import { metrics, recordMetrics } from "../../functions/ensure/telemetry/record-metrics.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { captureLines } from "../unit/ensure-function/captured-lines.ts";
import { sampleResult } from "../unit/ensure-function/sample-result.ts";
import { app, ensure, only, orders, stack, template, templateOf } from "./synth.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const COMPOSITE = "AWS::CloudWatch::CompositeAlarm";
const TOPIC = "AWS::SNS::Topic";

/** The alarms by name. */
function alarmsOf(props: Partial<JetStreamEnsureProps> = {}): Record<string, Record<string, unknown>> {
  const found = Object.entries(template(props).findResources(ALARM));
  return Object.fromEntries(
    found.map(([id, { Properties }]) => [/^EnsureAlarms(\w+)[0-9A-F]{8}$/.exec(id)?.[1], Properties]),
  );
}

const ofTopology = [
  { Name: "function", Value: { Ref: expect.stringMatching(/^EnsureFunction/) } },
  { Name: "topology", Value: "orders" },
];

describe("an alarm", () => {
  test("is of drift that stays over all runs of three intervals, and is not ended by runs that could not look", () => {
    expect(alarmsOf().Drift).toMatchObject({
      Metrics: [
        { Expression: "held + failed" },
        { MetricStat: { Metric: { MetricName: "Held", Dimensions: ofTopology }, Period: 900, Stat: "Minimum" } },
        { MetricStat: { Metric: { MetricName: "Failed", Dimensions: ofTopology }, Period: 900, Stat: "Minimum" } },
      ],
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
    });
  });

  test("is of flapping: 3 scheduled runs of 7 intervals had to mend something, which somebody else changes back", () => {
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(2)) }).Flapping).toMatchObject({
      MetricName: "Mended",
      Dimensions: ofTopology,
      Statistic: "Sum",
      Period: 50_400,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
    });
    expect(alarmsOf({ mode: "plan" })).not.toHaveProperty("Flapping");
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(4)) })).not.toHaveProperty("Flapping");
    expect(alarmsOf({ schedule: ScheduleExpression.cron({ hour: "6" }) })).not.toHaveProperty("Flapping");
  });

  test("is of any drift where runs only plan, because nothing is mended", () => {
    expect(alarmsOf({ mode: "plan" }).Drift).toMatchObject({ MetricName: "Drift", Dimensions: ofTopology });
  });

  test("is of three intervals in which runs were and none succeeded", () => {
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(2)) }).Stale).toMatchObject({
      MetricName: "RunsSucceeded",
      Statistic: "Sum",
      Period: 21_600,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "ignore",
    });
  });

  test("is of three intervals of silence, told by missing data and so never before the first run", () => {
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(2)) }).Silent).toMatchObject({
      Namespace: "AWS/Lambda",
      MetricName: "Invocations",
      Period: 300,
      EvaluationPeriods: 72,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "missing",
      InsufficientDataActions: [{ Ref: expect.stringMatching(/AlarmTopic/) }],
      OKActions: [{ Ref: expect.stringMatching(/AlarmTopic/) }],
    });
  });

  test.each([
    ["a quarter of an hour, three runs of five minutes", {}, 900],
    ["three runs of an hour", { schedule: ScheduleExpression.rate(Duration.hours(1)) }, 10_800],
    ["a run by cron", { schedule: ScheduleExpression.cron({ hour: "6" }) }, 900],
    ["what the app gives", { alarms: { settlingAfter: Duration.seconds(3590) } }, 3600],
  ] as const)("is of what is still settling after %s", (_, props, period) => {
    expect(alarmsOf(props).Settling).toMatchObject({
      MetricName: "Settling",
      Dimensions: ofTopology,
      Statistic: "Minimum",
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
      Period: period,
      EvaluationPeriods: 1,
    });
  });

  test("is of nothing settling for longer than CloudWatch looks back", () => {
    expect(() => alarmsOf({ alarms: { settlingAfter: Duration.hours(25) } })).toThrow(
      /settlingAfter is 1 day 1 hour: CloudWatch's longest period is a day/,
    );
  });

  test.each([
    ["never runs by itself", false],
    ["runs by cron", ScheduleExpression.cron({ hour: "6" })],
    ["runs less than once a day", ScheduleExpression.rate(Duration.days(7))],
  ] as const)("is of no interval where it %s", (_, schedule) => {
    const alarms = alarmsOf({ schedule });
    expect(alarms).not.toHaveProperty("Stale");
    expect(alarms).not.toHaveProperty("Silent");
    expect(alarms.Drift).toMatchObject({ EvaluationPeriods: 1 });
  });

  test.each([
    [Duration.hours(25), 86_400, { Period: 3600, EvaluationPeriods: 25 }],
    [Duration.minutes(90), 5400, { Period: 300, EvaluationPeriods: 18 }],
    [Duration.seconds(90), 120, { Period: 300, EvaluationPeriods: 1 }],
  ])("is of the time that the app gives: %s", (staleAfter, stalePeriod, silence) => {
    const schedule = ScheduleExpression.cron({ hour: "6" });
    const { Stale, Silent } = alarmsOf({ schedule, alarms: { staleAfter } });
    expect(Stale).toMatchObject({ Period: stalePeriod, EvaluationPeriods: 1 });
    expect(Silent).toMatchObject(silence);
  });

  test("is of no time that CloudWatch cannot look back", () => {
    expect(() => alarmsOf({ alarms: { staleAfter: Duration.days(8) } })).toThrow(
      /8 days: CloudWatch looks back 7 days/,
    );
  });

  test("is of failed resources, errors, 80 % of the time, lasting throttles and dead letters", () => {
    expect(alarmsOf({ timeout: Duration.minutes(2) })).toMatchObject({
      Failed: { MetricName: "Failed", Dimensions: ofTopology, Threshold: 0 },
      Errors: { Namespace: "AWS/Lambda", MetricName: "Errors", Statistic: "Sum", Threshold: 0 },
      Slow: { Namespace: "AWS/Lambda", MetricName: "Duration", Statistic: "Minimum", Threshold: 96_000 },
      Throttles: { Namespace: "AWS/Lambda", MetricName: "Throttles", EvaluationPeriods: 4, DatapointsToAlarm: 3 },
      DeadLetters: { Namespace: "AWS/SQS", MetricName: "NumberOfMessagesSent", Statistic: "Sum", Threshold: 0 },
    });
  });

  test("is left out by name, all by one word", () => {
    const names = [
      "DeadLetters",
      "Drift",
      "Errors",
      "Failed",
      "Flapping",
      "Settling",
      "Silent",
      "Slow",
      "Stale",
      "Throttles",
    ];
    expect(Object.keys(alarmsOf()).sort()).toEqual(names);
    const without = alarmsOf({ alarms: { throttles: false, slow: false } });
    expect(Object.keys(without).sort()).toEqual(names.filter((name) => name !== "Slow" && name !== "Throttles"));
    const none = template({ alarms: false });
    none.resourceCountIs(ALARM, 0);
    none.resourceCountIs(COMPOSITE, 0);
    none.resourceCountIs(TOPIC, 0);
  });

  test("adds no metrics up where an emulator would not know how", () => {
    const alarms = Object.values(alarmsOf({ observability: false }));
    expect(alarms).toHaveLength(9);
    for (const alarm of alarms) expect(alarm).not.toHaveProperty("Metrics");
  });
});

describe("alarms go", () => {
  test("to a topic that takes them over TLS, from this account's alarms", () => {
    const made = template();
    const topic = { Ref: Object.keys(made.findResources(TOPIC))[0] };
    made.allResourcesProperties(COMPOSITE, { AlarmActions: [topic], OKActions: [topic] });
    expect(only(made, "AWS::SNS::TopicPolicy").Properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
          {
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          },
        ],
      },
    });
  });

  test("to the app's own topic, or nowhere", () => {
    const own = template((at) => ({
      alarmTopic: Topic.fromTopicArn(at, "T", "arn:aws:sns:eu-west-1:123456789012:ops"),
    }));
    own.resourceCountIs(TOPIC, 0);
    own.allResourcesProperties(COMPOSITE, { AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:ops"] });
    const nowhere = template({ alarmTopic: false });
    nowhere.resourceCountIs(TOPIC, 0);
    for (const { Properties } of Object.values(nowhere.findResources(ALARM))) {
      expect(Object.keys(Properties).filter((name) => name.endsWith("Actions"))).toEqual([]);
    }
  });

  test("as one for an outage that raises several: only the overall alarm and silence notify", () => {
    const made = template();
    const notifying = Object.entries(made.findResources(ALARM)).filter(([, { Properties }]) => Properties.OKActions);
    expect(notifying.map(([id]) => id)).toEqual([expect.stringMatching(/^EnsureAlarmsSilent/)]);
    const { AlarmRule } = only(made, COMPOSITE).Properties;
    const parts = JSON.stringify(AlarmRule).match(/(?<=EnsureAlarms)[A-Za-z]+(?=[0-9A-F]{8}")/g);
    const names = Object.keys(alarmsOf()).filter((name) => name !== "Silent");
    expect(parts?.sort()).toEqual(names.sort());
  });

  test.each([
    ["where the app wants no overall alarm", { alarms: { overall: false } }],
    ["where an emulator does not know one", { observability: false }],
  ])("from each, when it begins and when it ends, %s", (_, props) => {
    const made = template(props);
    made.resourceCountIs(COMPOSITE, 0);
    for (const [name, { AlarmActions, OKActions }] of Object.entries(alarmsOf(props))) {
      expect(OKActions).toHaveLength(1);
      expect(AlarmActions === undefined).toBe(name === "Silent");
    }
  });
});

test("the construct's metrics are those that the function writes", () => {
  const construct = ensure();
  const captured = captureLines();
  recordMetrics({
    topology: "orders",
    functionName: "ensure",
    succeeded: true,
    durationMs: 41,
    result: sampleResult(),
  });
  metrics.publishStoredMetrics();

  const [line] = captured.metrics();
  const made = [
    construct.metricDrift(),
    construct.metricHeld(),
    construct.metricFailed(),
    construct.metricUnmanaged(),
    construct.metricRunsSucceeded(),
    construct.metricDuration(),
  ];
  for (const metric of made) {
    expect(line).toHaveProperty(metric.metricName);
    expect(line).toMatchObject({
      ...metric.dimensions,
      // Known only at deployment.
      function: "ensure",
      _aws: {
        CloudWatchMetrics: [{ Namespace: metric.namespace, Dimensions: [Object.keys(metric.dimensions ?? {})] }],
      },
    });
  }
  expect(construct.metricDrift({ period: Duration.hours(1) }).period.toHours()).toBe(1);
  expect(Object.keys(construct.alarms)).toContain("drift");
  templateOf(construct);
});

describe("two deployments of one topology", () => {
  test("have metrics of their own: a stage that is well does not hide a dead production", () => {
    const at = stack();
    const [stage, production] = ["Stage", "Production"].map(
      (id) => new JetStreamEnsure(at, id, { topology: orders, servers: ["tls://nats.example.com"] }),
    );
    const functionOf = (construct?: JetStreamEnsure) => at.resolve(construct?.metricFailed().dimensions?.function);
    expect(functionOf(stage)).toEqual({ Ref: expect.stringMatching(/^StageFunction/) });
    expect(functionOf(production)).toEqual({ Ref: expect.stringMatching(/^ProductionFunction/) });
  });

  test("are refused under one function name in one environment of an app, where they would share metrics", () => {
    const at = app();
    const make = (id: string, props: StackProps, functionName: string, topology: Topology = orders) =>
      new JetStreamEnsure(new Stack(at, id, props), "Ensure", {
        topology,
        functionName,
        servers: ["tls://nats.example.com"],
      });
    make("One", { env: { account: "123456789012", region: "eu-west-1" } }, "ensure");
    make("Elsewhere", { env: { account: "123456789012", region: "us-east-1" } }, "ensure");
    make("Other", { env: { account: "123456789012", region: "eu-west-1" } }, "other");
    make("Carts", { env: { account: "123456789012", region: "eu-west-1" } }, "ensure", { ...orders, name: "carts" });
    const env = { account: "123456789012", region: "eu-west-1" };
    expect(() => make("Two", { env }, "ensure")).toThrow(
      'Two/Ensure and One/Ensure both deploy the topology "orders" with a function named "ensure" in aws://123456789012/eu-west-1',
    );
  });
});
