import { Alarm, type AlarmBase, AlarmRule, AlarmState, CompositeAlarm, type IAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AlarmOptions } from "../construct/options/alarm-options.ts";
import { ALARMS, type AlarmContext, type AlarmRow, comparisonOf, type MetricAlarmName } from "./alarm-table.ts";

export interface AlarmsOptions extends Omit<AlarmContext, "staleAfter" | "settlingAfter"> {
  chosen: AlarmOptions | false;
  topic: ITopic | undefined;
}

/** The name of an alarm, which is also the name of its option. */
export type AlarmName = Exclude<keyof AlarmOptions, "staleAfter" | "settlingAfter">;

export type Alarms = Partial<Record<AlarmName, AlarmBase>>;
type MetricAlarms = Partial<Record<MetricAlarmName, Alarm>>;

/** Creates the chosen alarms. Each alarm's description says what to do. */
export function ensureAlarms(parent: Construct, options: AlarmsOptions): Alarms {
  const { chosen, topic, maths } = options;
  if (!chosen) return {};
  const scope = new Construct(parent, "Alarms");
  const { staleAfter, settlingAfter } = chosen;
  const context: AlarmContext = { ...options, staleAfter, settlingAfter };
  const alarms: MetricAlarms = {};
  for (const [name, row] of Object.entries(ALARMS) as [MetricAlarmName, AlarmRow][]) {
    const alarm = chosen[name] === false ? undefined : metricAlarm(scope, name, row, context);
    if (alarm) alarms[name] = alarm;
  }
  const { silent, ...others } = alarms;
  const parts = Object.values(others);
  const overall =
    maths && chosen.overall !== false && parts.length > 0 ? overallAlarm(scope, parts, context) : undefined;
  if (topic) {
    // One outage puts several alarms into alarm, so only the overall alarm notifies.
    for (const alarm of overall ? [overall] : parts) notify(alarm, topic);
    if (silent) notifyOfSilence(silent, topic);
  }
  return { ...(overall ? { overall } : {}), ...alarms };
}

function metricAlarm(scope: Construct, name: string, row: AlarmRow, context: AlarmContext): Alarm | undefined {
  const evaluation = row.evaluation(context);
  if (!evaluation) return undefined;
  const { period, ...alarmProps } = evaluation;
  const { threshold } = row;
  return new Alarm(
    scope,
    name.replace(/^./, (first) => first.toUpperCase()),
    {
      metric: row.metric(context, period),
      threshold: typeof threshold === "number" ? threshold : threshold(context),
      comparisonOperator: comparisonOf(row),
      ...alarmProps,
      alarmDescription: `JetStream topology ${context.source.topology}: ${row.message}`,
    },
  );
}

/** Creates the alarm that is in alarm while any of the given alarms is. */
function overallAlarm(scope: Construct, alarms: Alarm[], { source }: AlarmContext): CompositeAlarm {
  return new CompositeAlarm(scope, "Overall", {
    alarmRule: AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm as IAlarm, AlarmState.ALARM))),
    alarmDescription:
      `JetStream topology ${source.topology}: something is wrong. The alarms that this one is made of say what, and ` +
      "what to do.",
  });
}

/** Notifies when the alarm begins and when it ends. */
function notify(alarm: AlarmBase, topic: ITopic): void {
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}

/**
 * Notifies when the data of the alarm ends and when it comes again. Missing data is a separate state of an alarm, so
 * this alarm is not part of `overall`.
 */
function notifyOfSilence(alarm: Alarm, topic: ITopic): void {
  alarm.addInsufficientDataAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}
