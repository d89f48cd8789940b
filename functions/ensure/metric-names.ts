/** The namespace and the dimensions of every metric: an alarm finds a metric only by exactly these. */
export const NAMESPACE = "JetStreamEnsure";
export const TOPOLOGY_DIMENSION = "topology";

/** The function's name. A topology may be deployed twice, and a stage that is well must not hide a dead production. */
export const FUNCTION_DIMENSION = "function";

/** A third dimension, of metrics that are there by kind of resource too: `stream`, `kv`, `object`, `consumer`. */
export const KIND_DIMENSION = "kind";

/** Metrics by kind. Each is a custom metric for each kind that is declared, so just what is asked by kind. */
export const BY_KIND = ["Drift", "Held", "Failed"] as const satisfies MetricName[];

/** Every metric of a run. In a file without Powertools, because alarms are made of it at synth. */
export type MetricName =
  | "Created"
  | "Drift"
  | "DurationMs"
  | "Failed"
  | "Held"
  | "Mended"
  | "Orphans"
  | "Resources"
  | "RunsSucceeded"
  | "Settling"
  | "StorageDeclared"
  | "StorageLimit"
  | "StorageReserved"
  | "Unmanaged"
  | "Updated";
