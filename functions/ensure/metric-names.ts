/** The namespace and the one dimension: an alarm finds a metric only by exactly these. */
export const NAMESPACE = "JetStreamEnsure";
export const DIMENSION = "topology";

/** Every metric of a run. In a file without Powertools, because alarms are made of it at synth. */
export type MetricName =
  | "Created"
  | "Drift"
  | "DurationMs"
  | "Failed"
  | "Held"
  | "Resources"
  | "RunsSucceeded"
  | "Unmanaged"
  | "Updated";
