import type { ResourceKind } from "../../../lib/topology/resolve/resolved.ts";
import { BUCKET_CASES } from "../../../test/matrix/bucket-cases.ts";
import { CONSUMER_CASES } from "../../../test/matrix/consumer-cases.ts";
import { CONSUMER_DISRUPTIONS } from "../../../test/matrix/disruption/consumer-disruptions.ts";
import { STREAM_DISRUPTIONS } from "../../../test/matrix/disruption/stream-disruptions.ts";
import { changeOf } from "../../../test/matrix/row.ts";
import { STREAM_CASES } from "../../../test/matrix/stream-cases.ts";
import { LIMIT_CASES } from "../../../test/matrix/stream-limit-cases.ts";
import { CLUSTER_NAME } from "../../../test/support/place.ts";

/** What of a field `npm run test:matrix` tries on real servers. */
export interface Measured {
  /** The file of the cases. */
  path: string;
  /** `-1 → 100`, each once, whatever else is set. */
  changes: string[];
  /** How many cases those are with all that else is set. */
  cases: number;
}

const CASES = [...Object.values(STREAM_CASES), ...Object.values(CONSUMER_CASES), BUCKET_CASES].flat();

export function measuredCases(kind: ResourceKind, field: string): Measured | undefined {
  const cases = CASES.filter((each) => each.kind === kind && each.field === field);
  if (cases.length === 0) return undefined;
  // The cluster's name has the number of this process in it.
  const named = cases.map((each) => changeOf(each).replaceAll(CLUSTER_NAME, "C"));
  return {
    path: pathOf(kind, field),
    changes: [...new Set(named.map((change) => change.replace(/ \([^)]*\)$/, "")))],
    cases: cases.length,
  };
}

function pathOf(kind: ResourceKind, field: string): string {
  if (kind === "consumer") return "test/matrix/consumer-cases.ts";
  if (kind !== "stream") return "test/matrix/bucket-cases.ts";
  return field in LIMIT_CASES ? "test/matrix/stream-limit-cases.ts" : "test/matrix/stream-cases.ts";
}

/** What a change of the field was seen to stop, on real servers, and the file of the cases. */
export function measuredStops(kind: ResourceKind, field: string): { path: string; stops: string[] } | undefined {
  const all = kind === "consumer" ? CONSUMER_DISRUPTIONS : STREAM_DISRUPTIONS;
  const stops = all.filter((each) => each.field === field).map((each) => each.stops);
  const unique = [...new Set(stops)];
  return unique.length === 0 ? undefined : { path: `test/matrix/disruption/${kind}-disruptions.ts`, stops: unique };
}
