import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { MetricName } from "../functions/ensure/metric-names.ts";
import type { Mode } from "../lib/report/result.ts";
import type { AlarmOptions } from "./alarm-options.ts";
import type { EnsureFunction } from "./function.ts";
import { topologyMetric } from "./metrics.ts";
import { settlingWindow } from "./settling-window.ts";
import { staleWindow } from "./stale-window.ts";

export interface AlarmsOptions {
  target: EnsureFunction;
  topology: string;
  mode: Mode;
  deadLetters: Queue;
  /** Between two scheduled runs; undefined where they are not evenly spaced, or never. */
  interval: Duration | undefined;
  chosen: AlarmOptions | false;
  /** Alarms that add metrics up, too. */
  maths: boolean;
  topic: ITopic | undefined;
}

/** The name of an alarm, as it is chosen by. */
export type AlarmName = Exclude<keyof AlarmOptions, "staleAfter" | "settlingAfter">;

type Alarms = Partial<Record<AlarmName, Alarm>>;
type Draft = CreateAlarmOptions & { metric: IMetric };

/** The alarms that are chosen, by name. Each description says what to do. */
export function ensureAlarms(parent: Construct, options: AlarmsOptions): Alarms {
  const { chosen } = options;
  const alarms: Alarms = {};
  if (!chosen) return alarms;
  const scope = new Construct(parent, "Alarms");
  const add = (name: AlarmName, draft: Draft | undefined) => {
    if (!draft || chosen[name] === false) return;
    const id = name.replace(/^./, (first) => first.toUpperCase());
    alarms[name] = new Alarm(scope, id, {
      treatMissingData: TreatMissingData.NOT_BREACHING,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      ...draft,
      alarmDescription: `JetStream topology ${options.topology}: ${draft.alarmDescription}`,
    });
    if (options.topic) alarms[name].addAlarmAction(new SnsAction(options.topic));
  };
  add("drift", drift(options));
  add("flapping", flapping(options));
  add("settling", settling(options, chosen.settlingAfter));
  add("failed", failed(options));
  add("stale", stale(options, chosen.staleAfter));
  add("errors", errors(options));
  add("slow", slow(options));
  add("throttles", throttles(options));
  add("deadLetters", deadLetters(options));
  return alarms;
}

const FIVE_MINUTES = Duration.minutes(5);

/** In a row over scheduled runs; one will do where nobody knows when the next one is. */
function overRuns({ interval }: AlarmsOptions): { period: Duration; evaluationPeriods: number } {
  return interval ? { period: interval, evaluationPeriods: 3 } : { period: FIVE_MINUTES, evaluationPeriods: 1 };
}

function drift(options: AlarmsOptions): Draft | undefined {
  const { topology, mode, maths } = options;
  const { period, evaluationPeriods } = overRuns(options);
  const metric = (name: MetricName) => topologyMetric(topology, name, { period });
  // An ensure mends what it may and counts that as drift too: what stays is held or failed. A plan mends nothing.
  if (mode === "ensure" && !maths) return undefined;
  const stays =
    mode === "plan"
      ? metric("Drift")
      : new MathExpression({
          expression: "held + failed",
          usingMetrics: { held: metric("Held"), failed: metric("Failed") },
          label: "Held and failed",
          period,
        });
  return {
    metric: stays,
    threshold: 0,
    evaluationPeriods,
    // A run that could not ask the broker says nothing of it: neither that drift began, nor that it ended.
    treatMissingData: TreatMissingData.IGNORE,
    alarmDescription:
      "the broker stays different from what is declared. Plan, and approve what is held, allow it in the topology, or " +
      "declare what is live.",
  };
}

/** After a mend the next run finds nothing, so runs that keep mending show that somebody else keeps changing it back. */
function flapping({ topology, mode, interval }: AlarmsOptions): Draft | undefined {
  if (mode !== "ensure" || interval === undefined) return undefined;
  return {
    metric: topologyMetric(topology, "Mended", { period: interval }),
    threshold: 0,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    // Only scheduled runs have this metric: a period without one says nothing.
    treatMissingData: TreatMissingData.IGNORE,
    alarmDescription:
      "resources are mended again and again, so something else keeps changing them: another topology that declares the " +
      'same, or an application that creates them at each start. The saved query "What flips most often" has their ids.',
  };
}

function settling({ topology, interval }: AlarmsOptions, after: Duration | undefined): Draft {
  const { period, periods } = settlingWindow(after, interval);
  return {
    // The least that a run found: one in which all had settled ends it.
    metric: topologyMetric(topology, "Settling", { period, statistic: Stats.MINIMUM }),
    threshold: 0,
    evaluationPeriods: periods,
    treatMissingData: TreatMissingData.IGNORE,
    alarmDescription:
      "what is declared does not settle: replicas are behind or offline, or a mirror or source lags or reports an error. " +
      "The log has the reasons (event = resource, settling).",
  };
}

function failed({ topology }: AlarmsOptions): Draft {
  return {
    metric: topologyMetric(topology, "Failed", { period: FIVE_MINUTES }),
    threshold: 0,
    evaluationPeriods: 1,
    alarmDescription: "a resource failed. The log has its id, and why (event = resource, outcome = failed).",
  };
}

function stale(options: AlarmsOptions, after: Duration | undefined): Draft | undefined {
  const window = staleWindow(after, options.interval);
  if (!window) return undefined;
  return {
    metric: topologyMetric(options.topology, "RunsSucceeded", { period: window.period }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: window.periods,
    // A function that is not invoked, or dies before it can say anything, has no metrics.
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription:
      "no run succeeded for a while, so nobody knows what the broker is like. The log says why (event = failure); where " +
      "it is silent, look at the schedule and at the function's throttles.",
  };
}

function errors({ target }: AlarmsOptions): Draft {
  return {
    metric: target.fn.metricErrors({ period: FIVE_MINUTES }),
    threshold: 0,
    evaluationPeriods: 1,
    alarmDescription: "an invocation failed. Its error, one sentence, is in the log.",
  };
}

function slow({ target }: AlarmsOptions): Draft {
  return {
    metric: target.fn.metricDuration({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
    threshold: target.timeout.toMilliseconds() * 0.8,
    evaluationPeriods: 1,
    alarmDescription: "a run took over 80 % of its time. Give the function more, or see why the broker is slow.",
  };
}

function throttles({ target }: AlarmsOptions): Draft {
  return {
    metric: target.fn.metricThrottles({ period: FIVE_MINUTES }),
    threshold: 0,
    // No two runs may overlap, so a single one that is turned away and comes again is no trouble.
    evaluationPeriods: 3,
    alarmDescription: "invocations keep being turned away. Runs take longer than the schedule's interval.",
  };
}

function deadLetters({ deadLetters }: AlarmsOptions): Draft {
  return {
    // Not how many lie there: that would keep the alarm up until somebody empties the queue. Only services send to it,
    // by SendMessage, which this counts.
    metric: deadLetters.metricNumberOfMessagesSent({ period: FIVE_MINUTES }),
    threshold: 0,
    evaluationPeriods: 1,
    alarmDescription: "an event was given up. The message in the queue of dead letters has it, and why.",
  };
}
