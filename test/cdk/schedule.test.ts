import { Duration } from "aws-cdk-lib";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { describe, expect, test } from "vitest";
import { parseEvent } from "../../functions/ensure/event/parse-event.ts";
import { only, statementsOf, template } from "./synth.ts";

const SCHEDULE = "AWS::Scheduler::Schedule";

describe("the schedule", () => {
  test("ensures every five minutes, and gives an event up before it is old", () => {
    expect(only(template(), SCHEDULE).Properties).toMatchObject({
      ScheduleExpression: "rate(5 minutes)",
      Target: {
        Arn: { Ref: expect.stringMatching(/^EnsureLive/) },
        Input: JSON.stringify({ mode: "ensure", trigger: "schedule" }),
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/DeadLetters/), "Arn"] } },
      },
    });
  });

  test("sends what the function understands", () => {
    const { Target } = only(template({ mode: "plan" }), SCHEDULE).Properties;
    const event = parseEvent(JSON.parse((Target as { Input: string }).Input));
    expect(event).toEqual({ mode: "plan", trigger: "schedule" });
  });

  test("is the app's own", () => {
    const schedule = ScheduleExpression.cron({ minute: "0", hour: "6" });
    const { ScheduleExpression: expression } = only(template({ schedule }), SCHEDULE).Properties;
    expect(expression).toBe("cron(0 6 * * ? *)");
  });

  test("is not there where the app wants none", () => {
    const made = template({ schedule: false });
    made.resourceCountIs(SCHEDULE, 0);
    expect(JSON.stringify(made.toJSON())).not.toContain("scheduler.amazonaws.com");
  });

  test("may invoke the alias, and send to the queue of dead letters", () => {
    const made = template({ schedule: ScheduleExpression.rate(Duration.hours(1)) });
    expect(statementsOf(made, /^EnsureScheduleRole/)).toMatchObject([
      { Action: "lambda:InvokeFunction", Resource: { Ref: expect.stringMatching(/^EnsureLive/) } },
      { Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": [expect.stringMatching(/DeadLetters/), "Arn"] } },
    ]);
  });
});

test("the queue of dead letters keeps them for 14 days, and takes them over TLS only", () => {
  const made = template();
  expect(only(made, "AWS::SQS::Queue").Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
  const { PolicyDocument } = only(made, "AWS::SQS::QueuePolicy").Properties;
  expect(PolicyDocument).toMatchObject({
    Statement: [{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
  });
});
