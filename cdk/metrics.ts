import { Metric, type MetricOptions, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { DIMENSION, type MetricName, NAMESPACE } from "../functions/ensure/metric-names.ts";

/** What a run did adds up over runs; what a run found does not. */
const SUMS: MetricName[] = ["Created", "Updated", "RunsSucceeded"];

/** A metric that the function writes: the sum of what runs did, or the most that a run found. */
export function topologyMetric(topology: string, name: MetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: { [DIMENSION]: topology },
    statistic: SUMS.includes(name) ? Stats.SUM : Stats.MAXIMUM,
    ...options,
  });
}
