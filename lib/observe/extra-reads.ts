import type { JetStreamApi } from "../jetstream/api.ts";
import type { ConsumerInfo, StreamConfig } from "../jetstream/types.ts";
import { type Live, optional } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";

/** What is live and not declared, if a plan may fail because of it. */
export interface ExtraReads {
  /** Configs of streams, by name. */
  configs: ReadonlyMap<string, StreamConfig>;
  /** Names of the streams that have an overlapping subject, keyed by the claimed subject. */
  owners: ReadonlyMap<string, string[]>;
  /**
   * All consumers of a stream, by the stream's name. They are read if a stream may have too many, if its limits for
   * consumers change, or if a work queue gets a new reader.
   */
  consumers: ReadonlyMap<string, ConsumerInfo[]>;
}

export const NO_EXTRA_READS: ExtraReads = { configs: new Map(), owners: new Map(), consumers: new Map() };

export const isNothing = ({ configs, owners, consumers }: ExtraReads): boolean =>
  configs.size + owners.size + consumers.size === 0;

/** The reads that are needed to know whether a plan can work. */
export interface ReadsNeeded {
  /** Read every stream's config, because the plan reserves some of a storage that is limited. */
  configs: boolean;
  subjects: string[];
  consumers: string[];
}

/** Reads what a plan still needs. If the user may not read something, that is a warning. */
export async function readExtra(
  api: JetStreamApi,
  limit: ReadLimit,
  needed: ReadsNeeded,
  { warnings }: Live,
): Promise<ExtraReads> {
  const storage = "Whether the storage suffices is not certain";
  const [list, owners, consumers] = await Promise.all([
    needed.configs ? limit(() => optional(warnings, storage, api.streamList())) : undefined,
    readEach(needed.subjects, (subject) =>
      limit(() => optional(warnings, `Whether "${subject}" is free is not certain`, api.streamNames(subject))),
    ),
    readEach(needed.consumers, (stream) =>
      limit(() => optional(warnings, `Which consumers ${stream} has is not certain`, api.consumerList(stream))),
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
