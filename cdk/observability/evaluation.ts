import { Duration } from "aws-cdk-lib";
import { type CreateAlarmOptions, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmOptions } from "../construct/options/alarm-options.ts";
import { UsageError } from "../construct/usage-error.ts";

/**
 * How CloudWatch makes a state of a metric's data points: the period of each point, how many points it looks at, how
 * many of them must breach, and what a missing point counts as. These rules keep a steady state steady, and give one
 * alarm for one outage, at every schedule interval from a minute to a day (test/cdk/alarm-simulation.test.ts).
 *
 * CloudWatch evaluates each minute, over periods that end at that minute. Most minutes of a long interval have no point.
 * A period as long as an interval has now no run, now two, so to count periods with runs is to flap: these rules look
 * at one long period instead.
 */
export type Evaluation = Required<
  Pick<CreateAlarmOptions, "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData">
> & { period: Duration };

/** The time between two scheduled runs; undefined where they are not evenly spaced, or where no schedule is. */
export type Interval = Duration | undefined;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Values arrive up to some minutes late, so a shorter time is too little for a run each minute. */
const LEAST = 15 * MINUTE;

/** What the last run said holds until the next run, however long that takes. */
export function lastRun(): Evaluation {
  return atMostADay(5 * MINUTE);
}

/**
 * All runs of that many intervals. The metric's statistic says that each of them must breach (the minimum is above the
 * threshold), or how many (the sum is). At most a day, CloudWatch's longest period. Where nobody knows when the next run
 * is, the last run decides.
 */
export function runsOf(intervals: number, interval: Interval): Evaluation {
  if (!interval) return lastRun();
  return runsLasting(Duration.seconds(intervals * interval.toSeconds()), interval);
}

/** All runs of that time, and at least those of three intervals of a schedule with even ones. */
export function runsLasting(time: Duration, interval: Interval): Evaluation {
  const seconds = Math.max(wholeMinutes(time), 3 * (interval?.toSeconds() ?? 0), LEAST);
  return atMostADay(seconds);
}

/**
 * For a metric that has points only while something happens. In alarm from the first occurrence until there was none
 * for two to three intervals, because a trouble that lasts occurs once an interval.
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

/** The same, where a single occurrence is no trouble: three in a row, and one late one is forgiven. */
export function keptOccurring(interval: Interval): Evaluation {
  return { ...occurred(interval), evaluationPeriods: 4, datapointsToAlarm: 3 };
}

/**
 * Whether any run of a time succeeded, by the sum of a metric that is 1 for each that did: at most a day, as there is no
 * longer period. Undefined where nobody knows how long the time should be.
 */
export function succeededWithin(after: Duration | undefined, interval: Interval): Evaluation | undefined {
  const seconds = staleSeconds(after, interval);
  if (seconds === undefined) return undefined;
  return atMostADay(seconds);
}

/**
 * Whether there was any value for a time. Silence leaves the alarm without data, and an alarm without data is not in
 * alarm: it would be when it is created, before the first run. CloudWatch notifies of a state that changes, so the alarm
 * tells when the data ends, and does not tell that it has yet to begin. A composite alarm cannot tell the two apart.
 */
export function silentFor(after: Duration | undefined, interval: Interval): Evaluation | undefined {
  const seconds = staleSeconds(after, interval);
  if (seconds === undefined) return undefined;
  // CloudWatch looks back a day at most in periods of less than an hour, and 7 days in longer ones.
  const period = seconds <= DAY ? 5 * MINUTE : HOUR;
  const periods = Math.ceil(seconds / period);
  return {
    period: Duration.seconds(period),
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: TreatMissingData.MISSING,
  };
}

/** As given, or three intervals. */
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

/** In seconds: a period of CloudWatch is whole minutes. */
function wholeMinutes(time: Duration): number {
  return Math.ceil(time.toSeconds() / MINUTE) * MINUTE;
}

/** One period of that many seconds, of which a point that is missing changes no state. */
function atMostADay(seconds: number): Evaluation {
  const period = Duration.seconds(Math.min(seconds, DAY));
  return { period, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: TreatMissingData.IGNORE };
}
