import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import { CONSUMER_COMBINATIONS, type Combination, STREAM_COMBINATIONS } from "./combinations.ts";
import { CONSUMER_FIELDS, impliedByConsumer } from "./consumer-fields.ts";
import type { Field, FieldTable } from "./field.ts";
import { STREAM_FIELDS } from "./stream-fields.ts";
import { fittedStream, impliedByStream } from "./stream-implied.ts";

/** A config of a stream or a consumer. Code that decides about it knows its fields only through its table. */
export type Fields = Record<string, unknown>;

/** Everything that this project knows about one kind of config. */
export interface Table {
  fields: Readonly<Record<string, Field<Fields, unknown>>>;
  /**
   * The entries of `fields`. A run iterates over them thousands of times, and a list made each time would be most of
   * its garbage.
   */
  rows: readonly (readonly [string, Field<Fields, unknown>])[];
  /**
   * Every field, unset. A copy of it has room for all fields. An object that grows field by field is moved a dozen
   * times.
   */
  blank: Fields;
  /** Adds the fields that the server sets because of others. */
  implied: (config: Fields) => Fields;
  /** Expresses the config for a server that knows fewer fields. */
  worded: (config: Fields, server: ServerFacts) => Fields;
  /** Changes undeclared fields that would make the server refuse a declared one. */
  fitted: (config: Fields, enforced: Fields) => Fields;
  /** Pairs of fields: a declared one removes the other. */
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
  // Servers before 2.10 know a single filter only. They would ignore a list of one, and deliver every subject.
  worded: (config, server) => (isAtLeast(server, "2.10.0") ? config : impliedByConsumer(config)),
  fitted: (config) => config,
  exclusive: [["filter_subject", "filter_subjects"]],
  combinations: CONSUMER_COMBINATIONS,
});

/** The config with every field in its canonical form. A field that is not set has its default. */
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

/**
 * Makes a table. It forgets the type of each field's value: `FieldTable` has already checked each row against its
 * field.
 */
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
