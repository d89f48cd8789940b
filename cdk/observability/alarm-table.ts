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

/** What the rows of the table read. */
export interface AlarmContext {
  source: MetricSource;
  target: EnsureFunction;
  deadLetters: Queue;
  mode: Mode;
  interval: Interval;
  /** Whether alarms may add metrics up: local emulators cannot. */
  maths: boolean;
  staleAfter: Duration | undefined;
  settlingAfter: Duration | undefined;
}

/** One alarm over a metric. */
export interface AlarmRow {
  metric(context: AlarmContext, period: Duration): IMetric;
  /** In alarm above it, or below it where `below` is true. */
  threshold: number | ((context: AlarmContext) => number);
  below?: true;
  /** Undefined where this construct has no such alarm. */
  evaluation(context: AlarmContext): Evaluation | undefined;
  /** What is wrong and what to do, as the end of "JetStream topology orders: …". */
  message: string;
}

/** The alarms over one metric each. `overall`, which is made of their states, is in alarms.ts. */
export type MetricAlarmName = Exclude<keyof AlarmOptions, "staleAfter" | "settlingAfter" | "overall">;

const ofRuns =
  (name: MetricName): AlarmRow["metric"] =>
  ({ source }, period) =>
    runMetric(source, name, { period });

/** Every alarm: its metric, its threshold, how its points are evaluated, and what a person is told. */
export const ALARMS: Record<MetricAlarmName, AlarmRow> = {
  drift: {
    // An ensure mends what it may and counts that as drift too: what stays is held or failed. A plan mends nothing.
    metric: ({ mode, source }, period) =>
      mode === "plan" ? runMetric(source, "Drift", { period, statistic: Stats.MINIMUM }) : stays(source, period),
    threshold: 0,
    // A run that could not ask the broker has no such metric: it neither begins nor ends this alarm.
    evaluation: ({ mode, maths, interval }) => (mode === "plan" || maths ? runsOf(3, interval) : undefined),
    message:
      "the broker stays different from what is declared. Plan, and approve what is held, allow it in the topology, or " +
      "declare what is live.",
  },
  flapping: {
    // Only scheduled runs have this metric: what a deployment or a person changes is no sign of somebody else's work.
    // The number of scheduled runs that mended something. After a mend the next run finds nothing, so runs that keep
    // mending show that somebody else keeps changing it back. Who does so at every second run is in 3 or 4 of 7 runs.
    metric: ofRuns("Mended"),
    threshold: 2,
    evaluation: ({ mode, interval }) =>
      mode === "ensure" && interval && interval.toSeconds() <= 3 * 3600 ? runsOf(7, interval) : undefined,
    message:
      "resources are mended again and again, so something else keeps changing them: another topology that declares the " +
      'same, or an application that creates them at each start. The saved query "What flips most often" has their ids.',
  },
  settling: {
    // The fewest that a run of the period found: a run in which everything had settled ends it.
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
    metric: ofRuns("Failed"),
    threshold: 0,
    evaluation: lastRun,
    message: "a resource failed. The log has its id, and why (event = resource, outcome = failed).",
  },
  stale: {
    metric: ofRuns("RunsSucceeded"),
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
    // No two runs may overlap, so a single one that is turned away and comes again is no trouble.
    evaluation: ({ interval }) => keptOccurring(interval),
    message: "invocations keep being turned away. Runs take longer than the schedule's interval.",
  },
  deadLetters: {
    // Not how many messages lie there: that would keep the alarm up until somebody empties the queue. Only services
    // send to it, by SendMessage, which this counts.
    metric: ({ deadLetters }, period) => deadLetters.metricNumberOfMessagesSent({ period }),
    threshold: 0,
    evaluation: ({ interval }) => occurred(interval),
    message: "an event was given up. The message in the queue of dead letters has it, and why.",
  },
};

export function comparisonOf({ below }: AlarmRow): ComparisonOperator {
  return below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD;
}

/** The fewest that a run of the period held and the fewest that failed: more than none where each run left some. */
function stays(source: MetricSource, period: Duration): IMetric {
  const metric = (name: MetricName) => runMetric(source, name, { period, statistic: Stats.MINIMUM });
  return new MathExpression({
    expression: "held + failed",
    usingMetrics: { held: metric("Held"), failed: metric("Failed") },
    label: "Held and failed",
    period,
  });
}
