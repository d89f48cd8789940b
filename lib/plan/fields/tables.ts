import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import { CONSUMER_COMBINATIONS, type Combination, STREAM_COMBINATIONS } from "./combinations.ts";
import { CONSUMER_FIELDS, impliedByConsumer } from "./consumer-fields.ts";
import type { Field, FieldTable } from "./field.ts";
import { STREAM_FIELDS } from "./stream-fields.ts";
import { fittedStream, impliedByStream } from "./stream-implied.ts";

/** A config, whichever: what decides over it knows its fields only through its table. */
export type AnyConfig = StreamConfig | ConsumerConfig;
export type Fields = Record<string, unknown>;

/** All that is known of a kind of config. */
export interface Table {
  fields: Readonly<Record<string, Field<Fields, unknown>>>;
  /** The same, to go through: a run does so some thousand times, and a list made each time is most of its garbage. */
  rows: readonly (readonly [string, Field<Fields, unknown>])[];
  /** Every field, unset. A copy of it has room for all; one that grows field by field is moved a dozen times. */
  blank: Fields;
  /** Fields that the server sets because of others. */
  implied: (config: Fields) => Fields;
  /** The same config in the words of a server that knows fewer fields. */
  worded: (config: Fields, server: ServerFacts) => Fields;
  /** Fields left open that a declared one would make the server refuse. */
  fitted: (config: Fields, enforced: Fields) => Fields;
  /** Declaring one of two takes the other away. */
  exclusive: [string, string][];
  /** Values that the server refuses together. */
  combinations: readonly Combination<Fields>[];
}

export const STREAM_TABLE = table<StreamConfig>(STREAM_FIELDS, {
  implied: impliedByStream,
  worded: (config) => config,
  fitted: fittedStream,
  exclusive: [],
  combinations: STREAM_COMBINATIONS,
});

export const CONSUMER_TABLE = table<ConsumerConfig>(CONSUMER_FIELDS, {
  implied: impliedByConsumer,
  // Before 2.10 there is one filter only: a list of one would be ignored, and every subject delivered.
  worded: (config, server) => (isAtLeast(server, "2.10.0") ? config : impliedByConsumer(config)),
  fitted: (config) => config,
  exclusive: [["filter_subject", "filter_subjects"]],
  combinations: CONSUMER_COMBINATIONS,
});

/** Every field in its one spelling, those that are not set by their default. */
export function canonicalConfig({ rows, blank, implied }: Table, config: Fields, server: ServerFacts): Fields {
  const whole = implied(config);
  const canonical: Fields = { ...blank };
  for (const [name, field] of rows) canonical[name] = field.canonical(whole[name], whole, server);
  return canonical;
}

/** A config with other fields laid over it. */
export function overlaid({ fields, exclusive }: Table, base: Fields, over: Fields): Fields {
  const result: Fields = { ...base };
  for (const [name, value] of Object.entries(over)) {
    for (const pair of exclusive) {
      if (pair.includes(name)) for (const other of pair) delete result[other];
    }
    result[name] = fields[name]?.merge?.(base[name], value) ?? value;
  }
  return result;
}

/** Loses what a row needs to know of its own value's type: the table is the place that has matched them. */
function table<Config>(
  fields: FieldTable<Config>,
  rest: {
    implied: (config: Config) => Config;
    worded: (config: Config, server: ServerFacts) => Config;
    fitted: (config: Config, enforced: Partial<Config>) => Config;
    exclusive: [string & keyof Config, string & keyof Config][];
    combinations: readonly Combination<Config>[];
  },
): Table {
  const blank = Object.fromEntries(Object.keys(fields).map((name) => [name, undefined]));
  return { fields, rows: Object.entries(fields), blank, ...rest } as unknown as Table;
}
