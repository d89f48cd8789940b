/**
 * CloudWatch's evaluation of alarms, as its User Guide describes it ("Alarm evaluation", "Configuring how CloudWatch
 * alarms treat missing data"), over the alarms of a synthesized template.
 */

/** One value of a metric, at a minute (with a fraction) since the alarms were created. */
export interface Point {
  at: number;
  metric: string;
  value: number;
}

export type State = "INSUFFICIENT_DATA" | "OK" | "ALARM";

export interface Change {
  at: number;
  alarm: string;
  state: State;
  /** Whether the alarm has an action for this state. */
  notifies: boolean;
}

/**
 * How many periods further back than the evaluation periods CloudWatch looks for data ("evaluation range"): it does not
 * say how many, and it must not matter.
 */
export const EXTRA_PERIODS = [0, 1, 3];

interface Properties {
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: string;
  MetricName?: string;
  Statistic?: string;
  Period?: number;
  Metrics?: { Expression?: string; MetricStat?: { Metric: { MetricName: string }; Period: number; Stat: string } }[];
  AlarmRule?: unknown;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  InsufficientDataActions?: unknown[];
}

interface Resource {
  Type: string;
  Properties: Properties;
}

/** A metric that an alarm adds up, and how its values in a period become one. */
interface Operand {
  metric: string;
  statistic: string;
}

/**
 * Evaluates every alarm of a template each minute, from its creation at minute 0. Periods end at that minute: alarms have
 * a sliding window unless they ask for another.
 *
 * @returns every change of a state, with the names that the construct gives its alarms
 */
export function simulate(
  resources: Record<string, Resource>,
  points: Point[],
  { minutes, extra }: { minutes: number; extra: number },
): Change[] {
  const changes: Change[] = [];
  const states = new Map<string, State>();
  const of = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const alarms = of("AWS::CloudWatch::Alarm").map(([id, { Properties }]) => ({
    id,
    properties: Properties,
    operands: operandsOf(Properties),
    period: (Properties.Period ?? operandPeriod(Properties)) / 60,
  }));
  const composites = of("AWS::CloudWatch::CompositeAlarm");
  const series = Map.groupBy(
    [...points].sort((one, other) => one.at - other.at),
    ({ metric }) => metric,
  );
  const enter = (at: number, id: string, state: State, properties: Properties) => {
    if (states.get(id) === state) return;
    states.set(id, state);
    changes.push({ at, alarm: nameOf(id), state, notifies: (actionsFor(state, properties) ?? []).length > 0 });
  };
  for (const { id } of alarms) states.set(id, "INSUFFICIENT_DATA");
  for (const [id] of composites) states.set(id, "INSUFFICIENT_DATA");
  for (let at = 0; at <= minutes; at++) {
    for (const { id, properties, operands, period } of alarms) {
      const breaches = Array.from({ length: properties.EvaluationPeriods + extra }, (_, back) =>
        breachIn(series, operands, [at - (back + 1) * period, at - back * period], properties),
      );
      const state = stateOf(breaches, properties) ?? states.get(id) ?? "INSUFFICIENT_DATA";
      enter(at, id, state, properties);
    }
    for (const [id, { Properties }] of composites) {
      enter(at, id, isTrue(Properties.AlarmRule, states) ? "ALARM" : "OK", Properties);
    }
  }
  return changes;
}

function operandsOf({ MetricName, Statistic, Metrics = [] }: Properties): Operand[] {
  if (MetricName !== undefined) return [{ metric: MetricName, statistic: Statistic ?? "" }];
  const expressions = Metrics.flatMap(({ Expression }) => Expression ?? []);
  if (expressions.some((expression) => !/^\w+( \+ \w+)*$/.test(expression))) {
    throw new Error(`The simulation only adds metrics up, and cannot work out ${expressions.join(" or ")}.`);
  }
  return Metrics.flatMap(({ MetricStat: stat }) =>
    stat ? [{ metric: stat.Metric.MetricName, statistic: stat.Stat }] : [],
  );
}

function operandPeriod({ Metrics = [] }: Properties): number {
  return Metrics.flatMap(({ MetricStat: stat }) => stat?.Period ?? [])[0] ?? Number.NaN;
}

/** Whether the value of a period breaches; undefined where it has none. A sum has one only where each operand has. */
function breachIn(
  series: Map<string, Point[]>,
  operands: Operand[],
  [after, until]: [number, number],
  { Threshold, ComparisonOperator }: Properties,
): boolean | undefined {
  let total = 0;
  for (const { metric, statistic } of operands) {
    const values = between(series.get(metric) ?? [], after, until);
    if (values.length === 0) return undefined;
    total += aggregate(statistic, values);
  }
  if (ComparisonOperator === "GreaterThanThreshold") return total > Threshold;
  if (ComparisonOperator === "LessThanThreshold") return total < Threshold;
  throw new Error(`The simulation does not know ${ComparisonOperator}.`);
}

function aggregate(statistic: string, values: number[]): number {
  if (statistic === "Maximum") return Math.max(...values);
  if (statistic === "Minimum") return Math.min(...values);
  if (statistic === "Sum") return values.reduce((sum, value) => sum + value, 0);
  throw new Error(`The simulation does not know the statistic ${statistic}.`);
}

/** The values after one minute and up to another, of points in the order of time. */
function between(points: Point[], after: number, until: number): number[] {
  const values: number[] = [];
  for (let index = firstAfter(points, after); index < points.length; index++) {
    const { at, value } = points[index] as Point;
    if (at > until) break;
    values.push(value);
  }
  return values;
}

function firstAfter(points: Point[], minute: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).at > minute) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The state that the periods make, newest first; undefined where it stays as it is. Where there are fewer values than
 * evaluation periods, only as many missing ones are filled in as are needed.
 */
function stateOf(
  breaches: (boolean | undefined)[],
  { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData: missing }: Properties,
): State | undefined {
  const real = breaches.filter((breach) => breach !== undefined).slice(0, periods);
  const breaching = real.filter(Boolean).length;
  const fill = periods - real.length;
  const decided = (count: number): State => (count >= needed ? "ALARM" : "OK");
  if (fill === 0 || missing === "notBreaching") return decided(breaching);
  if (missing === "breaching") return decided(breaching + fill);
  if (missing === "ignore") {
    return breaching >= needed ? "ALARM" : breaching === real.length ? undefined : "OK";
  }
  if (real.length === 0) return "INSUFFICIENT_DATA";
  return decided(breaching === real.length ? needed : breaching);
}

/** A composite alarm's rule, such as `(ALARM("<arn>") OR ALARM("<arn>"))`. */
function isTrue(rule: unknown, states: Map<string, State>): boolean {
  const text = textOf(rule);
  const terms = /^\(?(ALARM\("\w+"\)( OR )?)+\)?$/;
  if (!terms.test(text)) throw new Error(`The simulation does not know the rule ${text}.`);
  return [...text.matchAll(/ALARM\("(\w+)"\)/g)].some(([, id = ""]) => states.get(id) === "ALARM");
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::Join": join, "Fn::GetAtt": attribute } = value as Record<string, [string, unknown[]] | undefined>;
  if (join) return join[1].map(textOf).join(join[0]);
  return attribute?.[0] ?? "";
}

function actionsFor(state: State, { AlarmActions, OKActions, InsufficientDataActions }: Properties) {
  return state === "ALARM" ? AlarmActions : state === "OK" ? OKActions : InsufficientDataActions;
}

function nameOf(id: string): string {
  const [, name = id] = /^EnsureAlarms(\w+)[0-9A-F]{8}$/.exec(id) ?? [];
  return name;
}
