import fc from "fast-check";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../../../lib/jetstream/types.ts";
import { declaredName } from "../../../lib/topology/fields/names.ts";
import { shownValue, type Topology, topologyIssues } from "../../../lib/topology/index.ts";
import type { ResourceKind } from "../../../lib/topology/resolve/resolved.ts";
import { go, javascript, type RawConfig, rust } from "../../support/clients.ts";
import { consumerFields } from "./consumer-arbitrary.ts";
import { LIVE_AGES, streamFields, UNIQUE } from "./stream-arbitrary.ts";

/** One resource as it is live, and as it is declared. */
export interface Pair {
  /** What is declared. */
  id: string;
  live: {
    stream: RawConfig;
    /** Set after the messages are there: with it none would be stored, or none confirmed. */
    afterwards: Partial<StreamConfig>;
    consumers: ConsumerConfig[];
    /** Payload sizes by subject. */
    messages: [subject: string, bytes: number][];
  };
  declared: Pick<Topology, "streams" | "kvBuckets" | "objectStores" | "consumers">;
}

const policy = fc.record(
  {
    exact: fc.boolean(),
    allowLoss: fc.constantFrom<(boolean | string[])[]>(true, ["maxAge"]),
    allowDisruption: fc.constantFrom<(boolean | string[])[]>(true, ["subjects"]),
    allowOneWay: fc.constantFrom<(boolean | string[])[]>(true, ["denyDelete"]),
    manage: fc.oneof(
      { weight: 4, arbitrary: fc.constant("ensure" as const) },
      { weight: 1, arbitrary: fc.constant("observe" as const) },
    ),
  },
  { requiredKeys: [] },
);

/** The declaration that stands for a config on the wire. */
function declaration(kind: ResourceKind, config: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([field, value]) => [declaredName(kind, field), shownValue(kind, field, value)]),
  );
}

/** Whether the server would take it: its rules are those of a topology, and the server itself has judged those. */
const isPossible = (topology: Omit<Topology, "name">) => topologyIssues({ name: "possible", ...topology }).length === 0;

const sizes = fc.integer({ min: 1, max: 120 });
const messagesOn = (subjects: string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...subjects), sizes), { maxLength: 9, size: "max" });
const SUBJECTS = [`${UNIQUE}.a`, `${UNIQUE}.b.1`, `${UNIQUE}.b.2`, `${UNIQUE}.c.x.y`];

const named = { name: UNIQUE, subjects: [`${UNIQUE}.a`, `${UNIQUE}.b.*`, `${UNIQUE}.c.>`] };
const liveStream = (version: string, leave: (keyof StreamConfig)[] = []) =>
  streamFields(version, leave, { max_age: LIVE_AGES })
    .map((fields) => ({ ...named, ...fields }))
    .filter((config) => isPossible({ streams: [declaration("stream", config) as never] }));

function keeperOf({ retention }: Partial<StreamConfig>): ConsumerConfig[] {
  // Without a consumer such a stream stores nothing.
  return retention === "interest" ? [{ durable_name: "keeper", name: "keeper", ack_policy: "explicit" }] : [];
}

function streamPair(version: string): fc.Arbitrary<Pair> {
  const declared = fc
    .tuple(streamFields(version), policy)
    .map(([fields, how]) => ({ streams: [{ ...declaration("stream", { ...named, ...fields }), ...how } as never] }))
    .filter(isPossible);
  return fc.tuple(liveStream(version), declared, messagesOn(SUBJECTS)).map(([live, declared, messages]) => {
    const { no_ack, sealed, ...stream } = live as StreamConfig;
    const afterwards = { ...(no_ack ? { no_ack } : {}), ...(sealed ? { sealed } : {}) };
    const consumers = keeperOf(stream);
    return { id: `stream/${UNIQUE}`, live: { stream: { ...stream }, afterwards, consumers, messages }, declared };
  });
}

function consumerPair(version: string): fc.Arbitrary<Pair> {
  const stream = fc
    .tuple(
      liveStream(version, ["subjects", "retention", "sealed", "no_ack", "max_consumers", "consumer_limits", "sources"]),
      fc.constantFrom("limits" as const, "interest" as const, "workqueue" as const),
    )
    .map(([config, retention]) => ({ ...config, retention }))
    .filter((config) => isPossible({ streams: [declaration("stream", config) as never] }));
  const consumer = (retention: StreamConfig["retention"], more: fc.Arbitrary<object>) =>
    fc
      .tuple(consumerFields(version), more)
      .filter(([fields]) => retention !== "workqueue" || (fields.ack_policy ?? "explicit") === "explicit")
      .filter(([fields]) => retention !== "workqueue" || (fields.deliver_policy ?? "all") === "all")
      .map(([fields, how]) => ({
        fields,
        declared: { stream: UNIQUE, name: "c", ...declaration("consumer", fields), ...how },
      }))
      .filter(({ declared }) =>
        isPossible({ streams: [{ ...named, retention: retention ?? "limits" }], consumers: [declared as never] }),
      );
  return stream.chain((stream) =>
    fc
      .tuple(consumer(stream.retention, fc.constant({})), consumer(stream.retention, policy), messagesOn(SUBJECTS))
      .map(([live, { declared }, messages]) => ({
        id: `consumer/${UNIQUE}/c`,
        live: {
          stream: { ...stream },
          afterwards: {},
          consumers: [{ ack_policy: "explicit" as const, ...live.fields, durable_name: "c", name: "c" }],
          messages,
        },
        declared: { consumers: [declared as never] },
      })),
  );
}

function bucketPair(version: string): fc.Arbitrary<Pair> {
  const at = (since: string, fields: object) => (isAtLeast({ version }, since) ? fields : {});
  const fields = (kv: boolean, ages: string[]) =>
    fc.record(
      {
        description: fc.constantFrom("a", "b"),
        maxBytes: fc.constantFrom(150, 600, "1MiB"),
        maxAge: fc.constantFrom(...ages),
        ...(kv ? { history: fc.integer({ min: 1, max: 5 }), maxValueSize: fc.constantFrom("64B", "4KiB") } : {}),
        ...at("2.10.0", {
          compression: fc.constantFrom("none", "s2"),
          metadata: fc.constantFrom({ a: "1" }, { b: "2" }),
        }),
        ...at("2.11.0", kv ? { limitMarkerTtl: fc.constantFrom("1m", "1h") } : {}),
      },
      { requiredKeys: [] },
    );
  const client = fc.constantFrom(go, rust, javascript);
  return fc.boolean().chain((kv) => {
    const subjects = kv ? [`$KV.${UNIQUE}.a`, `$KV.${UNIQUE}.b`] : [`$O.${UNIQUE}.C.1`, `$O.${UNIQUE}.M.1`];
    const declared = fc
      .tuple(fields(kv, ["100ms", "30m", "30d"]), policy)
      .map(([fields, how]) => ({ [kv ? "kvBuckets" : "objectStores"]: [{ name: UNIQUE, ...fields, ...how }] }))
      .filter((topology) => isPossible(topology as object));
    return fc
      .tuple(fields(kv, ["30m", "30d"]), client, declared, messagesOn(subjects))
      .map(([live, client, declared, messages]) => {
        const bucket = { name: UNIQUE, ...live } as never;
        const stream = kv ? client.kv(bucket) : client.objects(bucket);
        const id = `${kv ? "kv" : "object"}/${UNIQUE}`;
        return {
          id,
          live: { stream, afterwards: {}, consumers: [], messages },
          declared: declared as Pair["declared"],
        };
      });
  });
}

/** Pairs of live and declared, as they may meet on a server of this version. */
export function pairs(version: string): fc.Arbitrary<Pair> {
  return fc.oneof(
    { weight: 5, arbitrary: streamPair(version) },
    { weight: 2, arbitrary: consumerPair(version) },
    { weight: 2, arbitrary: bucketPair(version) },
  );
}

/** The pair with names and subjects of its own. */
export function unique(pair: Pair, name: string): Pair {
  return JSON.parse(JSON.stringify(pair).replaceAll(UNIQUE, name)) as Pair;
}

/** All that is declared in some pairs, as one topology. */
export function topologyOf(pairs: Pair[]): Topology {
  const all = <Key extends keyof Pair["declared"]>(key: Key) =>
    pairs.flatMap(({ declared }): unknown[] => declared[key] ?? []) as NonNullable<Pair["declared"][Key]>;
  return {
    name: "pairs",
    streams: all("streams"),
    kvBuckets: all("kvBuckets"),
    objectStores: all("objectStores"),
    consumers: all("consumers"),
  } as Topology;
}
