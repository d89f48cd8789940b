import { Duration, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Mode } from "../../lib/report/result.ts";
import { DELIVERY } from "./delivery.ts";

export function defaultSchedule(): ScheduleExpression {
  return ScheduleExpression.rate(Duration.minutes(5));
}

export function ensureSchedule(
  scope: Construct,
  options: { live: IFunction; deadLetters: Queue; expression: ScheduleExpression; mode: Mode; topology: string },
): Schedule {
  const { live, deadLetters, expression, mode, topology } = options;
  return new Schedule(scope, "Schedule", {
    schedule: expression,
    description: `Runs the ${mode} of JetStream's topology ${topology}`,
    target: new LambdaInvoke(live, {
      input: ScheduleTargetInput.fromObject({ mode, trigger: "schedule" }),
      role: schedulerRole(scope),
      deadLetterQueue: deadLetters,
      ...DELIVERY,
    }),
  });
}

/** The schedule's own role. Without it, the target would create a role in the stack's scope, and share it. */
function schedulerRole(scope: Construct): Role {
  const stack = Stack.of(scope);
  return new Role(scope, "ScheduleRole", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: {
        StringEquals: {
          "aws:SourceAccount": stack.account,
          "aws:SourceArn": stack.formatArn({
            service: "scheduler",
            resource: "schedule-group",
            resourceName: "default",
          }),
        },
      },
    }),
  });
}

/**
 * The interval of a rate. Returns `undefined` for a cron expression or a single date, whose runs are not evenly spaced.
 * It also returns `undefined` for more than a day, the longest period of CloudWatch.
 */
export function intervalOf(expression: ScheduleExpression): Duration | undefined {
  const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.expressionString) ?? [];
  const minutes = Number(number) * (unit === "day" ? 1440 : unit === "hour" ? 60 : 1);
  return minutes <= 1440 ? Duration.minutes(minutes) : undefined;
}
