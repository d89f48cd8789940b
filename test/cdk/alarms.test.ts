import { Duration } from "aws-cdk-lib";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import type { JetStreamEnsureProps } from "../../cdk/props.ts";
import { metrics, recordMetrics } from "../../functions/ensure/metrics.ts";
import { captureLines } from "../unit/ensure-function/captured-lines.ts";
import { sampleResult } from "../unit/ensure-function/sample-result.ts";
import { ensure, only, template, templateOf } from "./synth.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const TOPIC = "AWS::SNS::Topic";

/** The alarms by name. */
function alarmsOf(props: Partial<JetStreamEnsureProps> = {}): Record<string, Record<string, unknown>> {
  const found = Object.entries(template(props).findResources(ALARM));
  return Object.fromEntries(
    found.map(([id, { Properties }]) => [/^EnsureAlarms(\w+)[0-9A-F]{8}$/.exec(id)?.[1], Properties]),
  );
}

const ofTopology = [{ Name: "topology", Value: "orders" }];

describe("an alarm", () => {
  test("is of drift that stays over three runs, and is not ended by runs that could not look", () => {
    expect(alarmsOf().Drift).toMatchObject({
      Metrics: [
        { Expression: "held + failed" },
        { MetricStat: { Metric: { MetricName: "Held", Dimensions: ofTopology }, Period: 300, Stat: "Maximum" } },
        { MetricStat: { Metric: { MetricName: "Failed", Dimensions: ofTopology }, Period: 300, Stat: "Maximum" } },
      ],
      EvaluationPeriods: 3,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
    });
  });

  test("is of flapping: 3 of 5 scheduled runs had to mend something, which somebody else changes back", () => {
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(2)) }).Flapping).toMatchObject({
      MetricName: "Mended",
      Dimensions: ofTopology,
      Statistic: "Sum",
      Period: 7200,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
    });
    expect(alarmsOf({ mode: "plan" })).not.toHaveProperty("Flapping");
    expect(alarmsOf({ schedule: ScheduleExpression.cron({ hour: "6" }) })).not.toHaveProperty("Flapping");
  });

  test("is of any drift where runs only plan, because nothing is mended", () => {
    expect(alarmsOf({ mode: "plan" }).Drift).toMatchObject({ MetricName: "Drift", Dimensions: ofTopology });
  });

  test("is of three intervals without a run that succeeded, silence included", () => {
    expect(alarmsOf({ schedule: ScheduleExpression.rate(Duration.hours(2)) }).Stale).toMatchObject({
      MetricName: "RunsSucceeded",
      Statistic: "Sum",
      Period: 7200,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
  });

  test.each([
    ["three runs of five minutes", {}, { Period: 300, EvaluationPeriods: 3 }],
    [
      "two runs of an hour",
      { schedule: ScheduleExpression.rate(Duration.hours(1)) },
      { Period: 3600, EvaluationPeriods: 2 },
    ],
    ["a run by cron", { schedule: ScheduleExpression.cron({ hour: "6" }) }, { Period: 900, EvaluationPeriods: 1 }],
    ["what the app gives", { alarms: { settlingAfter: Duration.hours(1) } }, { Period: 300, EvaluationPeriods: 12 }],
  ] as const)("is of what is still settling after %s", (_, props, expected) => {
    expect(alarmsOf(props).Settling).toMatchObject({
      MetricName: "Settling",
      Dimensions: ofTopology,
      Statistic: "Minimum",
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
      ...expected,
    });
  });

  test("is of nothing settling for longer than CloudWatch looks back", () => {
    expect(() => alarmsOf({ alarms: { settlingAfter: Duration.hours(25) } })).toThrow(
      /1 day 1 hour: CloudWatch looks back 1 day at most/,
    );
  });

  test.each([
    ["never runs by itself", false],
    ["runs by cron", ScheduleExpression.cron({ hour: "6" })],
    ["runs less than once a day", ScheduleExpression.rate(Duration.days(7))],
  ] as const)("is of no interval where it %s", (_, schedule) => {
    const alarms = alarmsOf({ schedule });
    expect(alarms).not.toHaveProperty("Stale");
    expect(alarms.Drift).toMatchObject({ EvaluationPeriods: 1 });
  });

  test.each([
    [Duration.hours(25), { Period: 3600, EvaluationPeriods: 25 }],
    [Duration.minutes(90), { Period: 5400, EvaluationPeriods: 1 }],
    [Duration.seconds(90), { Period: 120, EvaluationPeriods: 1 }],
  ])("is of the time that the app gives: %s", (staleAfter, periods) => {
    const schedule = ScheduleExpression.cron({ hour: "6" });
    expect(alarmsOf({ schedule, alarms: { staleAfter } }).Stale).toMatchObject(periods);
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
      Slow: { Namespace: "AWS/Lambda", MetricName: "Duration", Statistic: "Maximum", Threshold: 96_000 },
      Throttles: { Namespace: "AWS/Lambda", MetricName: "Throttles", EvaluationPeriods: 3 },
      DeadLetters: { Namespace: "AWS/SQS", MetricName: "NumberOfMessagesSent", Statistic: "Sum", Threshold: 0 },
    });
  });

  test("is left out by name, all by one word", () => {
    const names = ["DeadLetters", "Drift", "Errors", "Failed", "Flapping", "Settling", "Slow", "Stale", "Throttles"];
    expect(Object.keys(alarmsOf()).sort()).toEqual(names);
    const without = alarmsOf({ alarms: { throttles: false, slow: false } });
    expect(Object.keys(without).sort()).toEqual([
      "DeadLetters",
      "Drift",
      "Errors",
      "Failed",
      "Flapping",
      "Settling",
      "Stale",
    ]);
    const none = template({ alarms: false });
    none.resourceCountIs(ALARM, 0);
    none.resourceCountIs(TOPIC, 0);
  });

  test("adds no metrics up where an emulator would not know how", () => {
    const alarms = Object.values(alarmsOf({ observability: false }));
    expect(alarms).toHaveLength(8);
    for (const alarm of alarms) expect(alarm).not.toHaveProperty("Metrics");
  });
});

describe("alarms go", () => {
  test("to a topic that takes them over TLS, from this account's alarms", () => {
    const made = template();
    const { Ref: topic } = { Ref: Object.keys(made.findResources(TOPIC))[0] };
    made.allResourcesProperties(ALARM, { AlarmActions: [{ Ref: topic }] });
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
    own.allResourcesProperties(ALARM, { AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:ops"] });
    const nowhere = template({ alarmTopic: false });
    nowhere.resourceCountIs(TOPIC, 0);
    for (const { Properties } of Object.values(nowhere.findResources(ALARM))) {
      expect(Properties).not.toHaveProperty("AlarmActions");
    }
  });
});

test("the construct's metrics are those that the function writes", () => {
  const construct = ensure();
  const captured = captureLines();
  recordMetrics({ topology: "orders", succeeded: true, durationMs: 41, result: sampleResult() });
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
      _aws: {
        CloudWatchMetrics: [{ Namespace: metric.namespace, Dimensions: [Object.keys(metric.dimensions ?? {})] }],
      },
    });
  }
  expect(construct.metricDrift({ period: Duration.hours(1) }).period.toHours()).toBe(1);
  expect(Object.keys(construct.alarms)).toContain("drift");
  templateOf(construct);
});
