import type { JetStreamApi } from "../../jetstream/api.ts";
import type { ConsumerInfo, StreamConfig } from "../../jetstream/types.ts";
import type { Bounded } from "../../observe/bounded.ts";
import { optional } from "../../observe/live.ts";
import type { Action } from "../action.ts";
import { claimed } from "../handover/claims.ts";
import type { Seen } from "../plan.ts";
import { replicasOf, storageOf, streamWrites, unknownStreams } from "../stream-write.ts";
import { workQueuesWithOtherReaders } from "./consumer-config.ts";
import { streamsWithChangedLimits } from "./consumer-limits.ts";
import { crowded } from "./consumers.ts";
import { limitsFor } from "./room/account-limits.ts";
import { limitOf } from "./room/reservation.ts";

/** What is live beside what is declared, as far as a plan may not work because of it. */
export interface Others {
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

export const NO_OTHERS: Others = { configs: new Map(), owners: new Map(), consumers: new Map() };

export const isNothing = ({ configs, owners, consumers }: Others): boolean =>
  configs.size + owners.size + consumers.size === 0;

/** What has to be read before it is certain that a plan can work. */
export interface Asks {
  /** Every stream's config: something is reserved of a storage that is limited. */
  configs: boolean;
  subjects: string[];
  consumers: string[];
}

/**
 * Nothing where nothing is to be written, and nothing of streams where all that are live were read as declared ones.
 * Also of what is refused by what is known already: the numbers are told.
 */
export function asksOf(actions: Action[], seen: Seen): Asks {
  const writes = streamWrites(actions);
  const consumers = [
    ...new Set([
      ...crowded(actions, seen),
      ...streamsWithChangedLimits(actions),
      ...workQueuesWithOtherReaders(actions, seen),
    ]),
  ];
  const unknown = unknownStreams(seen);
  if (unknown !== undefined && unknown.length === 0) return { configs: false, subjects: [], consumers };
  const { account } = seen.live;
  const configs = writes.some(({ config }) => {
    const selected = account && limitsFor(account, replicasOf(config));
    return selected !== undefined && limitOf(selected, storageOf(config)) >= 0;
  });
  // Who may not ask for names was told so already.
  const subjects = unknown === undefined ? [] : [...new Set(writes.flatMap(claimed))];
  return { configs, subjects, consumers };
}

export async function readOthers(api: JetStreamApi, bounded: Bounded, asks: Asks, { live }: Seen): Promise<Others> {
  const { warnings } = live;
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
