import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Result } from "../../lib/report/result.ts";
import { logger } from "./logger.ts";
import { DIMENSION, type MetricName, NAMESPACE } from "./metric-names.ts";

/** The metrics as embedded-format lines on stdout; CloudWatch Logs takes them from there, with no call and no permission. */
export const metrics = new Metrics({
  namespace: NAMESPACE,
  // Powertools warns when an invocation has no metrics. A deletion by CloudFormation has none, and that is right.
  logger: {
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => logger.debug(message),
    error: (message) => logger.error(message),
  },
});
// Powertools adds a dimension of its own, `service`, and a metric is found only by all of its dimensions.
metrics.clearDefaultDimensions();

export interface Run {
  topology: string;
  succeeded: boolean;
  /** Milliseconds. */
  durationMs: number;
  /** Absent where the run ended before there was one. */
  result?: Result;
  /** Only some of the resources were looked at. */
  partial?: boolean;
}

/**
 * Adds a run's metrics to what the middleware writes at the end of the invocation.
 *
 * What is not known is left out rather than zero, so that it cannot end an alarm: how far the broker is from the
 * topology is known only where it was asked, for all resources.
 */
export function recordMetrics({ topology, succeeded, durationMs, result, partial = false }: Run): void {
  const count = (name: MetricName, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  metrics.addDimension(DIMENSION, topology);
  metrics.addMetric("DurationMs" satisfies MetricName, MetricUnit.Milliseconds, durationMs);
  count("RunsSucceeded", succeeded ? 1 : 0);
  if (!result) return;
  count("Created", result.summary.created ?? 0);
  count("Updated", result.summary.updated ?? 0);
  count("Failed", result.summary.failed);
  if (partial || result.broker === null) return;
  count("Resources", result.resources.length);
  count("Held", result.summary.held);
  // What the run found, mended or not: what stays is Held and Failed.
  count("Drift", result.resources.filter(({ outcome }) => outcome !== "unchanged").length);
  count("Unmanaged", result.summary.unmanaged);
}
