import { Duration } from "aws-cdk-lib";
import { UsageError } from "./usage-error.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * For how long something must be settling before it is an alarm: as given, or 15 minutes. With a schedule at least two
 * runs in a row have to find it so: what two runs see an hour apart may be the same. CloudWatch looks back a day at most
 * in periods of less than an hour, and 7 days in longer ones.
 */
export function settlingWindow(
  after: Duration = Duration.minutes(15),
  interval: Duration | undefined,
): { period: Duration; periods: number } {
  const seconds = after.toSeconds();
  const longest = interval !== undefined && interval.toSeconds() < HOUR ? DAY : interval ? 7 * DAY : DAY;
  if (seconds > longest) {
    const most = Duration.seconds(longest).toHumanString();
    throw new UsageError(
      `alarms.settlingAfter is ${after.toHumanString()}: CloudWatch looks back ${most} at most here.`,
    );
  }
  // Nobody knows when the next run is: one will do.
  if (interval === undefined) return { period: Duration.minutes(Math.max(1, Math.ceil(seconds / 60))), periods: 1 };
  return { period: interval, periods: Math.max(2, Math.ceil(seconds / interval.toSeconds())) };
}
