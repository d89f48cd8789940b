/** The namespace of every metric. An alarm finds a metric only by exactly this namespace and these dimensions. */
export const NAMESPACE = "JetStreamEnsure";
export const TOPOLOGY_DIMENSION = "topology";

/**
 * The dimension with the function's name. A topology may be deployed twice, and a healthy test stage must not hide a
 * broken production.
 */
export const FUNCTION_DIMENSION = "function";

/** The third dimension of metrics that also exist for each kind of resource: `stream`, `kv`, `object`, `consumer`. */
export const KIND_DIMENSION = "kind";

/** The description of a metric. */
export interface Metric {
  unit: "Count" | "Milliseconds" | "Bytes";
  /** The values add up over runs. A metric without it says what one run found. */
  addsUp?: true;
  /**
   * The function also writes the metric for each kind of resource, with the dimension `kind`. Each is a separate custom
   * metric.
   */
  byKind?: true;
  /** The metric is about the whole topology, so a run with `only` does not write it. */
  ofTheWhole?: true;
  /** One sentence about its value. */
  text: string;
}

/**
 * Every metric of a run. This file does not import Powertools, because the construct creates alarms from it at synth.
 */
export const METRICS = {
  Created: { unit: "Count", addsUp: true, text: "Resources that the run created." },
  Drift: {
    unit: "Count",
    ofTheWhole: true,
    byKind: true,
    text: "Resources that differed or were missing when the run began, whether or not it mended them.",
  },
  DurationMs: { unit: "Milliseconds", text: "How long the run took." },
  Failed: {
    unit: "Count",
    byKind: true,
    text: "Resources that failed. A run of a part of the topology writes it only where one did.",
  },
  Held: { unit: "Count", ofTheWhole: true, byKind: true, text: "Resources with a difference that was not applied." },
  Mended: {
    unit: "Count",
    addsUp: true,
    text: "1 for a scheduled run that had to create or change something, else 0.",
  },
  Orphans: {
    unit: "Count",
    ofTheWhole: true,
    text: "Live resources that carry this topology's name and are not declared in it any more.",
  },
  Resources: { unit: "Count", ofTheWhole: true, text: "Resources that the topology declares." },
  RunsSucceeded: { unit: "Count", ofTheWhole: true, addsUp: true, text: "1 for a run that did not fail, else 0." },
  Settling: { unit: "Count", ofTheWhole: true, text: "Resources that the broker is still bringing about." },
  StorageDeclared: { unit: "Bytes", text: "File storage that the topology declares." },
  StorageLimit: { unit: "Bytes", text: "The account's limit of file storage, where there is one." },
  StorageReserved: { unit: "Bytes", text: "File storage that the account has reserved, where the server says so." },
  Unmanaged: { unit: "Count", ofTheWhole: true, text: "Live resources that no topology declares." },
  Updated: { unit: "Count", addsUp: true, text: "Resources that the run changed." },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** The name of a metric that also exists for each kind of resource. */
export type KindMetricName = {
  [Name in MetricName]: (typeof METRICS)[Name] extends { byKind: true } ? Name : never;
}[MetricName];

export const BY_KIND = Object.entries<Metric>(METRICS).flatMap(([name, { byKind }]) =>
  byKind ? (name as KindMetricName) : [],
);
