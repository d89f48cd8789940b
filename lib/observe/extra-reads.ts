import type { JetStreamApi } from "../jetstream/api.ts";
import type { ConsumerInfo, StreamConfig } from "../jetstream/types.ts";
import { type Live, optional } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";

/** What is live beside what is declared, as far as a plan may not work because of it. */
export interface ExtraReads {
  /** Of streams, by name. */
  configs: ReadonlyMap<string, StreamConfig>;
  /** The streams that have a subject which overlaps one that is claimed, by that one. */
  owners: ReadonlyMap<string, string[]>;
  /**
   * All consumers of a stream, by its name. They are read where a stream may have too many, where its limits for them
   * change, and where a work queue gets a new reader.
   */
  consumers: ReadonlyMap<string, ConsumerInfo[]>;
}

export const NO_EXTRA_READS: ExtraReads = { configs: new Map(), owners: new Map(), consumers: new Map() };

export const isNothing = ({ configs, owners, consumers }: ExtraReads): boolean =>
  configs.size + owners.size + consumers.size === 0;

/** What has to be read before it is certain that a plan can work. */
export interface ReadsNeeded {
  /** Every stream's config: something is reserved of a storage that is limited. */
  configs: boolean;
  subjects: string[];
  consumers: string[];
}

/** Reads that. What may not be read is a warning. */
export async function readExtra(
  api: JetStreamApi,
  bounded: ReadLimit,
  asks: ReadsNeeded,
  { warnings }: Live,
): Promise<ExtraReads> {
  const storage = "Whether the storage suffices is not certain";
  const [list, owners, consumers] = await Promise.all([
    asks.configs ? bounded(() => optional(warnings, storage, api.streamList())) : undefined,
    readEach(asks.subjects, (subject) =>
      bounded(() => optional(warnings, `Whether "${subject}" is free is not certain`, api.streamNames(subject))),
    ),
    readEach(asks.consumers, (stream) =>
      bounded(() => optional(warnings, `Which consumers ${stream} has is not certain`, api.consumerList(stream))),
    ),
  ]);
  const silent = list?.missing ?? [];
  if (silent.length > 0) warnings.push(`${storage}: ${silent.join(", ")} did not answer.`);
  const configs = new Map((list?.streams ?? []).map(({ config }) => [config.name, config]));
  return { configs, owners, consumers };
}

async function readEach<Thing>(
  keys: string[],
  read: (key: string) => Promise<Thing | undefined>,
): Promise<Map<string, Thing>> {
  const entries = await Promise.all(keys.map(async (key) => [key, await read(key)] as const));
  return new Map(entries.flatMap(([key, thing]) => (thing === undefined ? [] : [[key, thing] as const])));
}
