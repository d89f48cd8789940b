import { Duration } from "aws-cdk-lib";
import { UsageError } from "./usage-error.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * The periods after which no successful run is an alarm: as given, or three intervals of the schedule. CloudWatch looks
 * back a day at most in periods of less than an hour, and 7 days in longer ones; a period is whole minutes.
 */
export function staleWindow(
  after: Duration | undefined,
  interval: Duration | undefined,
): { period: Duration; periods: number } | undefined {
  if (after === undefined) return interval && { period: interval, periods: 3 };
  const seconds = after.toSeconds();
  if (seconds > 7 * DAY) {
    throw new UsageError(`alarms.staleAfter is ${after.toHumanString()}: CloudWatch looks back 7 days at most.`);
  }
  if (seconds > DAY) return { period: Duration.hours(1), periods: Math.ceil(seconds / HOUR) };
  return { period: Duration.minutes(Math.max(1, Math.ceil(seconds / 60))), periods: 1 };
}
