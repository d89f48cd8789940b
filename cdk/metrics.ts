import { Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import {
  type BY_KIND,
  DIMENSION,
  KIND_DIMENSION,
  type MetricName,
  NAMESPACE,
} from "../functions/ensure/metric-names.ts";
import type { ResourceKind } from "../lib/topology/resolved.ts";

/** What a run did adds up over runs; what a run found does not. */
const SUMS: MetricName[] = ["Created", "Updated", "Mended", "RunsSucceeded"];

/** A metric that the function writes: the sum of what runs did, or the most that a run found. */
export function topologyMetric(topology: string, name: MetricName, options: MetricOptions = {}): Metric {
  return metricOf({ [DIMENSION]: topology }, name, options);
}

/** The same of one kind of resource. */
export function kindMetric(
  topology: string,
  kind: ResourceKind,
  name: (typeof BY_KIND)[number],
  options: MetricOptions = {},
): Metric {
  return metricOf({ [DIMENSION]: topology, [KIND_DIMENSION]: kind }, name, options);
}

function metricOf(dimensionsMap: Record<string, string>, metricName: MetricName, options: MetricOptions): Metric {
  const statistic = SUMS.includes(metricName) ? Stats.SUM : Stats.MAXIMUM;
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, statistic, ...options });
}
