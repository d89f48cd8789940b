import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { MetricName } from "../../functions/ensure/telemetry/metric-names.ts";
import type { Mode } from "../../lib/report/result.ts";
import type { EnsureFunction } from "../construct/function/ensure-function.ts";
import type { AlarmOptions } from "../construct/options/alarm-options.ts";
import {
  type Evaluation,
  type Interval,
  keptOccurring,
  lastRun,
  occurred,
  refuseLongerThanADay,
  runsLasting,
  runsOf,
  silentFor,
  succeededWithin,
} from "./evaluation.ts";
import { type MetricSource, runMetric } from "./metrics.ts";

/** The values that the rows of the alarm table use. */
export interface AlarmContext {
  source: MetricSource;
  target: EnsureFunction;
  deadLetters: Queue;
  mode: Mode;
  interval: Interval;
  /** Alarms may combine metrics. Local emulators cannot do that. */
  maths: boolean;
  staleAfter: Duration | undefined;
  settlingAfter: Duration | undefined;
}

/** One alarm over a metric. */
export interface AlarmRow {
  metric(context: AlarmContext, period: Duration): IMetric;
  /** The alarm is in alarm above this value, or below it if `below` is true. */
  threshold: number | ((context: AlarmContext) => number);
  below?: true;
  /** Returns `undefined` if this construct has no such alarm. */
  evaluation(context: AlarmContext): Evaluation | undefined;
  /** The problem and its remedy, as the end of "JetStream topology orders: …". */
  message: string;
}

/** The names of the alarms over one metric each. `overall`, which combines their states, is in alarms.ts. */
export type MetricAlarmName = Exclude<keyof AlarmOptions, "staleAfter" | "settlingAfter" | "overall">;

const metricOfRuns =
  (name: MetricName): AlarmRow["metric"] =>
  ({ source }, period) =>
    runMetric(source, name, { period });

/** Every alarm over one metric: the metric, the threshold, the evaluation of its points, and the message. */
export const ALARMS: Record<MetricAlarmName, AlarmRow> = {
  drift: {
    // An ensure counts the drift that it mends as drift too, so only held and failed resources remain. A plan mends
    // nothing.
    metric: ({ mode, source }, period) =>
      mode === "plan"
        ? runMetric(source, "Drift", { period, statistic: Stats.MINIMUM })
        : heldAndFailed(source, period),
    threshold: 0,
    // A run that could not ask the broker does not write this metric, so it neither begins nor ends this alarm.
    evaluation: ({ mode, maths, interval }) => (mode === "plan" || maths ? runsOf(3, interval) : undefined),
    message:
      "the broker stays different from what is declared. Plan, and approve what is held, allow it in the topology, or " +
      "declare what is live.",
  },
  flapping: {
    // The sum is the number of scheduled runs that mended something. Other runs do not write this metric, because a
    // deployment or a user changes resources on purpose. After a mend the next run finds nothing to do. So runs that
    // keep mending show that something else keeps changing the resources back. A change before every second run shows
    // in 3 or 4 of 7 runs.
    metric: metricOfRuns("Mended"),
    threshold: 2,
    evaluation: ({ mode, interval }) =>
      mode === "ensure" && interval && interval.toSeconds() <= 3 * 3600 ? runsOf(7, interval) : undefined,
    message:
      "resources are mended again and again, so something else keeps changing them: another topology that declares the " +
      'same, or an application that creates them at each start. The saved query "What flips most often" has their ids.',
  },
  settling: {
    // The minimum of all runs of the period. One run that finds everything settled ends the alarm.
    metric: ({ source }, period) => runMetric(source, "Settling", { period, statistic: Stats.MINIMUM }),
    threshold: 0,
    evaluation: ({ settlingAfter = Duration.minutes(15), interval }) => {
      refuseLongerThanADay("settlingAfter", settlingAfter);
      return runsLasting(settlingAfter, interval);
    },
    message:
      "what is declared does not settle: replicas are behind or offline, or a mirror or source lags or reports an error. " +
      "The log has the reasons (event = resource, settling).",
  },
  failed: {
    metric: metricOfRuns("Failed"),
    threshold: 0,
    evaluation: lastRun,
    message: "a resource failed. The log has its id, and why (event = resource, outcome = failed).",
  },
  stale: {
    metric: metricOfRuns("RunsSucceeded"),
    threshold: 1,
    below: true,
    evaluation: ({ staleAfter, interval }) => succeededWithin(staleAfter, interval),
    message:
      "no run succeeded for a while, so nobody knows what the broker is like. The log says why (event = failure).",
  },
  silent: {
    metric: ({ target }, period) => target.fn.metricInvocations({ period }),
    threshold: 1,
    below: true,
    evaluation: ({ staleAfter, interval }) => silentFor(staleAfter, interval),
    message:
      "with insufficient data, the function was not invoked for a while, so nobody knows what the broker is like. Look " +
      "at the schedule, and at the function's throttles.",
  },
  errors: {
    metric: ({ target }, period) => target.fn.metricErrors({ period }),
    threshold: 0,
    evaluation: lastRun,
    message: "an invocation failed. Its error, one sentence, is in the log.",
  },
  slow: {
    metric: ({ target }, period) => target.fn.metricDuration({ period, statistic: Stats.MINIMUM }),
    threshold: ({ target }) => target.timeout.toMilliseconds() * 0.8,
    evaluation: ({ interval }) => runsOf(3, interval),
    message: "runs take over 80 % of their time. Give the function more, or see why the broker is slow.",
  },
  throttles: {
    metric: ({ target }, period) => target.fn.metricThrottles({ period }),
    threshold: 0,
    // Runs must not overlap, so one throttled invocation that AWS tries again is normal.
    evaluation: ({ interval }) => keptOccurring(interval),
    message: "invocations keep being turned away. Runs take longer than the schedule's interval.",
  },
  deadLetters: {
    // The number of messages in the queue would keep the alarm active until somebody empties the queue. This metric
    // counts the SendMessage requests, and only AWS services send to the queue.
    metric: ({ deadLetters }, period) => deadLetters.metricNumberOfMessagesSent({ period }),
    threshold: 0,
    evaluation: ({ interval }) => occurred(interval),
    message: "an event was given up. The message in the queue of dead letters has it, and why.",
  },
};

export function comparisonOf({ below }: AlarmRow): ComparisonOperator {
  return below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD;
}

/**
 * The minimum of held resources plus the minimum of failed resources over all runs of the period. It is above zero if
 * every run left some of them.
 */
function heldAndFailed(source: MetricSource, period: Duration): IMetric {
  const metric = (name: MetricName) => runMetric(source, name, { period, statistic: Stats.MINIMUM });
  return new MathExpression({
    expression: "held + failed",
    usingMetrics: { held: metric("Held"), failed: metric("Failed") },
    label: "Held and failed",
    period,
  });
}
