import { isAtLeast } from "../../lib/jetstream/server.ts";
import { CONSUMER_FIELDS } from "../../lib/plan/fields/consumer-fields.ts";
import { STREAM_FIELDS } from "../../lib/plan/fields/stream-fields.ts";
import { wireName } from "../../lib/topology/fields/names.ts";
import type { Topology } from "../../lib/topology/index.ts";
import type { ResourceKind } from "../../lib/topology/resolve/resolved.ts";
import { everyField } from "../unit/topology/every-field.ts";
import { CLUSTER_NAME, type PlaceKind, TAGS } from "./place.ts";

/** Of the buckets in `everyField`. */
const OWN_SUBJECTS = { kv: "$KV.k.>", object: "$O.o.M.>" };

type Declaration = Record<string, unknown>;

/** Every field there is, as far as the server knows it; replicas and placement where there are servers to choose. */
export function everyFieldOn(kind: PlaceKind): Topology {
  const of = (resource: ResourceKind, declarations: readonly object[] | undefined) =>
    (declarations ?? []).flatMap((each) => {
      // What comes from another bucket is moved to this one's subjects, which older servers cannot do.
      if (resource === "kv" && "sources" in each && !isAtLeast(kind, "2.10.0")) return [];
      return [fitting(resource, each as Declaration, kind)];
    });
  return {
    name: everyField.name,
    streams: of("stream", everyField.streams),
    kvBuckets: of("kv", everyField.kvBuckets),
    objectStores: of("object", everyField.objectStores),
    consumers: of("consumer", everyField.consumers),
  } as Topology;
}

function fitting(resource: ResourceKind, declaration: Declaration, { version, clustered }: PlaceKind): Declaration {
  const rows: Record<string, { since?: string }> = resource === "consumer" ? CONSUMER_FIELDS : STREAM_FIELDS;
  const fits = Object.entries(declaration).flatMap(([name, value]): [string, unknown][] => {
    const since = rows[wireName(resource, name)]?.since;
    if (since !== undefined && !isAtLeast({ version }, since)) return [];
    // Such a stream does not survive a restart on this one: never created there.
    if (name === "firstSeq" && version === "2.10.27") return [];
    if (name === "placement") return clustered ? [[name, { cluster: CLUSTER_NAME, tags: TAGS }]] : [];
    if (name === "numReplicas") return [[name, clustered ? 3 : 1]];
    // 2.9 republishes only what the stream stores itself.
    if (name === "republish" && resource in OWN_SUBJECTS) {
      return [[name, { ...(value as object), src: OWN_SUBJECTS[resource as keyof typeof OWN_SUBJECTS] }]];
    }
    if (name === "sources") return [[name, (value as Declaration[]).map((each) => fittingSource(each, version))]];
    return [[name, value]];
  });
  return Object.fromEntries(fits);
}

function fittingSource(source: Declaration, version: string): Declaration {
  const { subjectTransforms, consumer, ...rest } = source;
  return {
    ...rest,
    ...(subjectTransforms && isAtLeast({ version }, "2.10.0") ? { subjectTransforms } : {}),
    ...(consumer && isAtLeast({ version }, "2.14.0") ? { consumer } : {}),
  };
}
