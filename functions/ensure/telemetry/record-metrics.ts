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

/** Powertools warns when an invocation has no metrics. A deletion by CloudFormation has none, and that is right. */
const quieted = {
  debug: (message: string) => logger.debug(message),
  info: (message: string) => logger.info(message),
  warn: (message: string) => logger.debug(message),
  error: (message: string) => logger.error(message),
};

/** The metrics as embedded-format lines on stdout; CloudWatch Logs takes them from there, with no call and no permission. */
export const metrics = metricsLine();

/** For the lines by kind, each with dimensions of its own. */
const kindMetrics = metricsLine();

function metricsLine(): Metrics {
  const line = new Metrics({ namespace: NAMESPACE, logger: quieted });
  // Powertools adds a dimension of its own, `service`, and a metric is found only by all of its dimensions.
  line.clearDefaultDimensions();
  return line;
}

export interface Run {
  topology: string;
  /** The name of the function that ran. */
  functionName: string;
  succeeded: boolean;
  /** Milliseconds. */
  durationMs: number;
  /** Absent where the run ended before there was one. */
  result?: Result;
}

/**
 * Adds a run's metrics to what the middleware writes at the end of the invocation.
 *
 * What is not known is left out rather than zero, so that it cannot end an alarm: how far the broker is from the
 * topology is known only where it was asked, for all resources. A run of a part of the topology tells what it did, and
 * what failed; that it succeeded is no sign of life of the runs that look at everything.
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
  // A deployment or a person changes things on purpose; what a scheduled run mends, somebody else has changed.
  // One for the run, however many resources it mended, so that an alarm can count the runs.
  if (result.trigger === "schedule") count("Mended", mendedResources(result).length > 0 ? 1 : 0);
  if (result.broker) recordStorage(result.broker.storage);
  if (partial || result.broker === null) {
    // That none of some resources failed says nothing of the others.
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
  // What the run found, mended or not: what stays is Held and Failed.
  return { Drift: resources.length - unchanged, Held: held, Failed: failed };
}

function kindOf({ id }: ReportedResource): string {
  return id.slice(0, id.indexOf("/"));
}

/** What is not known, and a limit that is not there, have no metric: no line in a graph. */
function recordStorage({ declared, reserved, limit }: BrokerFacts["storage"]): void {
  const bytes = (name: MetricName, value: number | null) => {
    if (value !== null) metrics.addMetric(name, MetricUnit.Bytes, value);
  };
  bytes("StorageDeclared", declared);
  bytes("StorageReserved", reserved);
  bytes("StorageLimit", limit);
}
