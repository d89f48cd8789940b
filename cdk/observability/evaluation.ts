import { Duration } from "aws-cdk-lib";
import { type CreateAlarmOptions, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmOptions } from "../construct/options/alarm-options.ts";
import { UsageError } from "../construct/usage-error.ts";

/**
 * How CloudWatch derives an alarm's state from a metric's data points: the period of each point, how many points it
 * looks at, how many of them must breach, and how it treats a missing point.
 *
 * These rules keep a steady state steady, and give one alarm for one outage. They hold for every schedule interval from
 * a minute to a day (test/cdk/alarm-simulation.test.ts).
 *
 * CloudWatch evaluates each minute, over periods that end at that minute. In a long interval, most minutes have no
 * point. A period as long as an interval contains sometimes no run and sometimes two. An alarm that counts periods with
 * runs would therefore flap, so most of these rules look at one long period instead.
 */
export type Evaluation = Required<
  Pick<CreateAlarmOptions, "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData">
> & { period: Duration };

/** The time between two scheduled runs; `undefined` if they are not evenly spaced, or there is no schedule. */
export type Interval = Duration | undefined;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds of the shortest period. Values arrive some minutes late, so less is not enough for a run each minute. */
const LEAST = 15 * MINUTE;

/** The last run's value decides until the next run, however late that run is. */
export function lastRun(): Evaluation {
  return atMostADay(5 * MINUTE);
}

/**
 * All runs of a number of intervals decide, for at most a day, CloudWatch's longest period.
 *
 * The metric's statistic says how many runs must breach: with the minimum all of them, with the sum a number of them.
 * Without an even interval the last run decides.
 */
export function runsOf(intervals: number, interval: Interval): Evaluation {
  if (!interval) return lastRun();
  return runsLasting(Duration.seconds(intervals * interval.toSeconds()), interval);
}

/** All runs of a time decide. The time is at least three intervals of a schedule with even intervals. */
export function runsLasting(time: Duration, interval: Interval): Evaluation {
  const seconds = Math.max(wholeMinutes(time), 3 * (interval?.toSeconds() ?? 0), LEAST);
  return atMostADay(seconds);
}

/**
 * Any occurrence decides, for a metric that has points only while something happens.
 *
 * The alarm lasts from the first occurrence until there was none for two to three intervals, because a lasting problem
 * occurs once in each interval.
 */
export function occurred(interval: Interval): Evaluation {
  const seconds = Math.max(interval?.toSeconds() ?? 0, 5 * MINUTE);
  return {
    period: Duration.seconds(seconds),
    evaluationPeriods: 3,
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

/** Repeated occurrences decide: three of four periods, so that one late occurrence does not end the series. */
export function keptOccurring(interval: Interval): Evaluation {
  return { ...occurred(interval), evaluationPeriods: 4, datapointsToAlarm: 3 };
}

/**
 * The success of any run in a time decides, for the sum of a metric that is 1 for each successful run.
 *
 * The time is at most a day, CloudWatch's longest period. Returns `undefined` if neither the user nor the schedule
 * gives a time.
 */
export function succeededWithin(after: Duration | undefined, interval: Interval): Evaluation | undefined {
  const seconds = staleSeconds(after, interval);
  if (seconds === undefined) return undefined;
  return atMostADay(seconds);
}

/**
 * Any value in a time decides. Without values, the alarm's state is "insufficient data", not "in alarm".
 *
 * An alarm that counted missing data as a breach would be in alarm when it is created, before the first run. CloudWatch
 * notifies when a state changes. So this alarm notifies when the data ends, and not before the data begins. A composite
 * alarm cannot tell these two cases apart.
 */
export function silentFor(after: Duration | undefined, interval: Interval): Evaluation | undefined {
  const seconds = staleSeconds(after, interval);
  if (seconds === undefined) return undefined;
  // CloudWatch looks back at most a day with periods of less than an hour, and 7 days with longer periods.
  const period = seconds <= DAY ? 5 * MINUTE : HOUR;
  const periods = Math.ceil(seconds / period);
  return {
    period: Duration.seconds(period),
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: TreatMissingData.MISSING,
  };
}

/** The time that the user gives, or three intervals. */
function staleSeconds(after: Duration | undefined, interval: Interval): number | undefined {
  if (after === undefined) return interval && Math.max(3 * interval.toSeconds(), LEAST);
  const seconds = wholeMinutes(after);
  if (seconds <= 7 * DAY) return seconds;
  throw new UsageError(`alarms.staleAfter is ${after.toHumanString()}: CloudWatch looks back 7 days at most.`);
}

/** @throws UsageError */
export function refuseLongerThanADay(option: keyof AlarmOptions, time: Duration): void {
  if (time.toSeconds() <= DAY) return;
  throw new UsageError(`alarms.${option} is ${time.toHumanString()}: CloudWatch's longest period is a day.`);
}

/** Rounds a time up to whole minutes, because a period of CloudWatch has whole minutes. Returns seconds. */
function wholeMinutes(time: Duration): number {
  return Math.ceil(time.toSeconds() / MINUTE) * MINUTE;
}

/** One period of a number of seconds, at most a day. A missing point does not change the alarm's state. */
function atMostADay(seconds: number): Evaluation {
  const period = Duration.seconds(Math.min(seconds, DAY));
  return { period, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: TreatMissingData.IGNORE };
}
