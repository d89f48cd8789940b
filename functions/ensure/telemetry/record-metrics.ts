import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { isPartial } from "../../../lib/report/next-steps.ts";
import type { BrokerFacts, Mode, ReportedResource, Result } from "../../../lib/report/result.ts";
import { mendedResources, summaryOf } from "../../../lib/report/summary.ts";
import { logger } from "./logger.ts";
import {
  BY_KIND,
  FUNCTION_DIMENSION,
  KIND_DIMENSION,
  type KindMetricName,
  type MetricName,
  NAMESPACE,
  TOPOLOGY_DIMENSION,
} from "./metric-names.ts";

/**
 * A logger that lowers warnings to debug. Powertools warns if an invocation has no metrics, but a deletion by
 * CloudFormation correctly has none.
 */
const quietLogger = {
  debug: (message: string) => logger.debug(message),
  info: (message: string) => logger.info(message),
  warn: (message: string) => logger.debug(message),
  error: (message: string) => logger.error(message),
};

/**
 * The metrics, written to stdout as lines in the embedded format. CloudWatch Logs extracts them, so the function needs
 * no request and no permission.
 */
export const metrics = metricsLine();

/** The metrics for each kind of resource. Each kind needs its own line, because it has its own dimensions. */
const kindMetrics = metricsLine();

function metricsLine(): Metrics {
  const line = new Metrics({ namespace: NAMESPACE, logger: quietLogger });
  // Powertools adds the dimension `service`, and CloudWatch finds a metric only by all of its dimensions.
  line.clearDefaultDimensions();
  return line;
}

/** A finished run, as the metrics need it. */
export interface Run {
  topology: string;
  /** The name of the function that ran. */
  functionName: string;
  succeeded: boolean;
  /** The run's duration in milliseconds. */
  durationMs: number;
  /** Absent if the run ended before it had a result. */
  result?: Result;
}

/**
 * Adds a run's metrics to those that the middleware writes at the end of the invocation.
 *
 * The function leaves an unknown value out, because a zero could end an alarm. Only a run that asked the broker about
 * all resources knows how far the broker is from the topology. A run of a part of the topology records what it did and
 * what failed. It does not record success, because that says nothing about the runs of the whole topology.
 */
export function recordMetrics({ topology, functionName, succeeded, durationMs, result }: Run): void {
  const partial = result !== undefined && isPartial(result);
  const count = (name: MetricName, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  const dimensions = { [TOPOLOGY_DIMENSION]: topology, [FUNCTION_DIMENSION]: functionName };
  for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
  metrics.addMetric("DurationMs" satisfies MetricName, MetricUnit.Milliseconds, durationMs);
  if (!partial) count("RunsSucceeded", succeeded ? 1 : 0);
  if (!result) return;
  const { mode } = result;
  count("Created", result.summary.created ?? 0);
  count("Updated", result.summary.updated ?? 0);
  // A deployment or a user changes resources on purpose. A scheduled run only mends what somebody else has changed.
  // The value is 1 for a run with any number of mended resources, so that an alarm can count the runs.
  if (result.trigger === "schedule") count("Mended", mendedResources(result).length > 0 ? 1 : 0);
  if (result.broker) recordStorage(result.broker.storage);
  if (partial || result.broker === null) {
    // Zero failures in a part of the topology say nothing about the other resources.
    if (result.summary.failed > 0) count("Failed", result.summary.failed);
    return;
  }
  count("Resources", result.resources.length);
  count("Unmanaged", result.summary.unmanaged);
  count("Orphans", result.orphans.length);
  count("Settling", result.summary.settling);
  const whole = foundIn(mode, result.resources);
  for (const name of BY_KIND) count(name, whole[name]);
  for (const [kind, resources] of Map.groupBy(result.resources, kindOf)) {
    const ofKind = foundIn(mode, resources);
    for (const [name, value] of Object.entries({ ...dimensions, [KIND_DIMENSION]: kind })) {
      kindMetrics.addDimension(name, value);
    }
    for (const name of BY_KIND) kindMetrics.addMetric(name, MetricUnit.Count, ofKind[name]);
    kindMetrics.publishStoredMetrics();
  }
}

function foundIn(mode: Mode, resources: ReportedResource[]): Record<KindMetricName, number> {
  const { unchanged, held, failed } = summaryOf(mode, resources, 0);
  // Drift counts what the run found, mended or not. Held and Failed count what remains.
  return { Drift: resources.length - unchanged, Held: held, Failed: failed };
}

function kindOf({ id }: ReportedResource): string {
  return id.slice(0, id.indexOf("/"));
}

/** Records the storage metrics. An unknown value or a missing limit has no metric, so a graph has no line for it. */
function recordStorage({ declared, reserved, limit }: BrokerFacts["storage"]): void {
  const bytes = (name: MetricName, value: number | null) => {
    if (value !== null) metrics.addMetric(name, MetricUnit.Bytes, value);
  };
  bytes("StorageDeclared", declared);
  bytes("StorageReserved", reserved);
  bytes("StorageLimit", limit);
}
