/** The namespace and the dimensions of every metric: an alarm finds a metric only by exactly these. */
export const NAMESPACE = "JetStreamEnsure";
export const TOPOLOGY_DIMENSION = "topology";

/** The function's name. A topology may be deployed twice, and a stage that is well must not hide a dead production. */
export const FUNCTION_DIMENSION = "function";

/** A third dimension, of metrics that are there by kind of resource too: `stream`, `kv`, `object`, `consumer`. */
export const KIND_DIMENSION = "kind";

/** What is known of a metric. */
export interface Metric {
  unit: "Count" | "Milliseconds" | "Bytes";
  /** Its values add up over runs; the others say what one run found. */
  addsUp?: true;
  /** It is written for each kind of resource too, with the dimension `kind`. Each is a custom metric of its own. */
  byKind?: true;
  /** A run with `only` does not write it: it is about the whole topology. */
  ofTheWhole?: true;
  /** One sentence about its value. */
  text: string;
}

/** Every metric of a run. In a file without Powertools, because alarms are made of it at synth. */
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

/** The metrics that are there by kind of resource too. */
export type KindMetricName = {
  [Name in MetricName]: (typeof METRICS)[Name] extends { byKind: true } ? Name : never;
}[MetricName];

export const BY_KIND = Object.entries<Metric>(METRICS).flatMap(([name, { byKind }]) =>
  byKind ? (name as KindMetricName) : [],
);
