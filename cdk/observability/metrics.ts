import { Stack } from "aws-cdk-lib";
import { Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IConstruct } from "constructs";
import {
  FUNCTION_DIMENSION,
  KIND_DIMENSION,
  type KindMetricName,
  METRICS,
  type Metric as MetricDescription,
  type MetricName,
  NAMESPACE,
  TOPOLOGY_DIMENSION,
} from "../../functions/ensure/telemetry/metric-names.ts";
import type { ResourceKind } from "../../lib/topology/resolve/resolved.ts";
import { UsageError } from "../construct/usage-error.ts";

/** The function that writes the metrics. Two deployments of one topology have separate metrics. */
export interface MetricSource {
  topology: string;
  functionName: string;
}

/**
 * A metric that the function writes. Its statistic is the sum for what runs did, and the maximum for what runs found.
 */
export function runMetric(source: MetricSource, name: MetricName, options: MetricOptions = {}): Metric {
  return metricOf(dimensionsOf(source), name, options);
}

/** A metric that the function writes for one kind of resource. */
export function kindMetric(
  source: MetricSource,
  kind: ResourceKind,
  name: KindMetricName,
  options: MetricOptions = {},
): Metric {
  return metricOf({ ...dimensionsOf(source), [KIND_DIMENSION]: kind }, name, options);
}

function dimensionsOf({ topology, functionName }: MetricSource): Record<string, string> {
  return { [TOPOLOGY_DIMENSION]: topology, [FUNCTION_DIMENSION]: functionName };
}

function metricOf(dimensionsMap: Record<string, string>, metricName: MetricName, options: MetricOptions): Metric {
  const { addsUp }: MetricDescription = METRICS[metricName];
  const statistic = addsUp ? Stats.SUM : Stats.MAXIMUM;
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, statistic, ...options });
}

/** For each app: the path of the construct that owns a combination of environment, topology and function name. */
const owners = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Refuses a second construct that would share the metrics of a first one. A function name that CloudFormation generates
 * is always unique.
 *
 * @throws UsageError
 */
export function claimMetrics(construct: IConstruct, topology: string, functionName: string | undefined): void {
  if (functionName === undefined) return;
  const { root, path } = construct.node;
  const { environment } = Stack.of(construct);
  const key = JSON.stringify([environment, topology, functionName]);
  const claimed = owners.get(root) ?? new Map<string, string>();
  owners.set(root, claimed);
  const owner = claimed.get(key);
  if (owner !== undefined) {
    throw new UsageError(
      `${path} and ${owner} both deploy the topology "${topology}" with a function named "${functionName}" in ` +
        `${environment}: they would share their metrics and alarms. Give each its own functionName.`,
    );
  }
  claimed.set(key, path);
}
