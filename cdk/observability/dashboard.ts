import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Color,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LegendPosition,
  LogQueryVisualizationType,
  LogQueryWidget,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { MetricName } from "../../functions/ensure/telemetry/metric-names.ts";
import type { ResolvedTopology } from "../../lib/topology/index.ts";
import type { EnsureFunction } from "../construct/function/ensure-function.ts";
import { readsLog } from "../construct/function/log-group.ts";
import type { DashboardOptions } from "../construct/options/dashboard-options.ts";
import { kindMetric, type MetricSource, runMetric } from "./metrics.ts";

/** The number of columns of a dashboard. */
const WIDE = 24;

export interface DashboardParts {
  target: EnsureFunction;
  /** The function that serves the plan. */
  look: LambdaFunction;
  source: MetricSource;
  topology: ResolvedTopology;
  alarms: readonly IAlarm[];
  /** The time between two scheduled runs; `undefined` if they are not evenly spaced, or there is no schedule. */
  interval: Duration | undefined;
  options: DashboardOptions;
}

/**
 * Creates the dashboard, which an operator can leave open.
 *
 * It shows the current plan, then the alarms, drift over time, the last differences, storage and run time. A function
 * that only plans serves the plan.
 */
export function ensureDashboard(scope: Construct, parts: DashboardParts): Dashboard {
  const { target, alarms, options } = parts;
  const dashboard = new Dashboard(scope, "Dashboard", {
    ...(options.name === undefined ? {} : { dashboardName: options.name }),
    defaultInterval: Duration.hours(24),
  });
  dashboard.addWidgets(plan(parts));
  if (alarms.length > 0) dashboard.addWidgets(alarmStates(alarms));
  dashboard.addWidgets(driftOverTime(parts), driftByKind(parts));
  dashboard.addWidgets(lastDifferences(parts));
  dashboard.addWidgets(storage(parts), runTime(parts));
  // The function itself answers a button that writes, with the same page.
  target.fn.addToRolePolicy(readsLog(target.logs));
  return dashboard;
}

/**
 * The widget with the plan. The console invokes its function with the viewer's permissions at each refresh. A change of
 * the time range or of the size does not invoke it.
 */
function plan({ look, topology }: DashboardParts): IWidget {
  return new CustomWidget({
    title: `JetStream topology ${topology.name}`,
    functionArn: look.functionArn,
    width: WIDE,
    height: 12,
    updateOnRefresh: true,
    updateOnResize: false,
    updateOnTimeRangeChange: false,
  });
}

function alarmStates(alarms: readonly IAlarm[]): IWidget {
  return new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: WIDE, height: 2 });
}

/** The period of the graphs: one point for each scheduled run. */
function periodOf({ interval }: DashboardParts): Duration {
  return interval ?? Duration.minutes(5);
}

function driftOverTime(parts: DashboardParts): IWidget {
  const period = periodOf(parts);
  const metric = (name: MetricName, label: string, color: string) =>
    runMetric(parts.source, name, { period, label, color });
  return graph("Drift", [
    metric("Drift", "not as declared when a run came", Color.BLUE),
    metric("Held", "held", Color.ORANGE),
    metric("Failed", "failed", Color.RED),
  ]);
}

function driftByKind(parts: DashboardParts): IWidget {
  const { source, topology } = parts;
  const kinds = [...new Set(topology.resources.map(({ kind }) => kind))];
  const metrics = kinds.map((kind) => kindMetric(source, kind, "Drift", { period: periodOf(parts), label: kind }));
  return graph("Drift by kind", metrics, { stacked: true });
}

/**
 * The table of the last differences. The query uses keys of the function's log
 * (functions/ensure/telemetry/log-lines.ts).
 */
function lastDifferences({ target }: DashboardParts): IWidget {
  return new LogQueryWidget({
    title: "Last differences",
    logGroupNames: [target.logs.logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      "fields @timestamp, id, outcome, message, trigger",
      'filter event = "resource"',
      "sort @timestamp desc",
      "limit 50",
    ],
    width: WIDE,
    height: 8,
  });
}

function storage(parts: DashboardParts): IWidget {
  const metric = (name: MetricName, label: string, color: string) =>
    runMetric(parts.source, name, { period: periodOf(parts), label, color });
  return graph("File storage", [
    metric("StorageDeclared", "declared", Color.BLUE),
    metric("StorageReserved", "reserved", Color.GREY),
    metric("StorageLimit", "limit of the account", Color.RED),
  ]);
}

function runTime(parts: DashboardParts): IWidget {
  const { target, source } = parts;
  const period = periodOf(parts);
  const metric = (statistic: string, label: string) => runMetric(source, "DurationMs", { period, statistic, label });
  return graph("Run time", [metric(Stats.MAXIMUM, "longest (ms)"), metric(Stats.AVERAGE, "average (ms)")], {
    leftAnnotations: [{ value: target.timeout.toMilliseconds(), label: "timeout", color: Color.RED }],
  });
}

function graph(title: string, left: IMetric[], more: object = {}): IWidget {
  return new GraphWidget({
    title,
    left,
    leftYAxis: { min: 0, showUnits: false },
    legendPosition: LegendPosition.BOTTOM,
    width: WIDE / 2,
    height: 6,
    ...more,
  });
}
