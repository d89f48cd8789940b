import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ConsumerInfo, StreamInfo } from "../jetstream/types.ts";
import { limitReads } from "../observe/read-limit.ts";
import { count } from "../text/text.ts";

/** All streams and consumers of an account. */
export interface Account {
  /** The streams, sorted by name. */
  streams: StreamInfo[];
  /** The consumers by stream, for each stream that has any and whose consumers were wanted. */
  consumers: ReadonlyMap<string, ConsumerInfo[]>;
  /** The resources that could not be read: the id and the reason. */
  unread: { id: string; reason: string }[];
}

export interface ReadAccountOptions {
  /** Whether the consumers of a stream are wanted. Default: those of every stream. */
  consumersOf?: (stream: string) => boolean;
  /** Called after each answer. It gets the number of streams whose consumers were read, and the total. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Reads every stream and its consumers. It writes nothing.
 *
 * @throws BrokerError if the streams cannot be listed. A stream that cannot be read is in `unread` instead.
 */
export async function readAccount(api: JetStreamApi, options: ReadAccountOptions = {}): Promise<Account> {
  const { consumersOf = () => true, onProgress } = options;
  const bounded = limitReads();
  const unread: Account["unread"] = [];
  const streams = await readStreams(api, bounded, unread);
  const wanted = streams.filter(({ config, state }) => state.consumer_count > 0 && consumersOf(config.name));
  let done = 0;
  const consumers = wanted.map(({ config: { name }, state }) =>
    bounded(async (): Promise<[string, ConsumerInfo[]]> => {
      const id = `consumer/${name}/*`;
      const list = await orUnread(unread, id, () => api.consumerList(name));
      const silent = list === undefined ? 0 : state.consumer_count - list.length;
      // In a cluster, the list silently leaves out consumers that did not answer the server in time.
      if (silent > 0) unread.push({ id, reason: `${count(silent, "consumer")} did not answer` });
      onProgress?.(++done, wanted.length);
      return [name, list ?? []];
    }),
  );
  return { streams, consumers: new Map(await Promise.all(consumers)), unread };
}

async function readStreams(
  api: JetStreamApi,
  bounded: ReturnType<typeof limitReads>,
  unread: Account["unread"],
): Promise<StreamInfo[]> {
  const { streams, missing } = await api.streamList();
  // A stream that is created or removed between two pages moves the pages, so a stream may come twice.
  const byName = new Map(streams.map((info) => [info.config.name, info]));
  const late = missing.filter((name) => !byName.has(name));
  const askedAgain = late.map((name) =>
    bounded(async () => {
      const info = await orUnread(unread, `stream/${name}`, () => api.streamInfo(name));
      if (info !== undefined) byName.set(name, info);
    }),
  );
  await Promise.all(askedAgain);
  return [...byName.values()].sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
}

/** Reads one resource. An error is noted in `unread`, but a broken connection ends the whole export. */
async function orUnread<Thing>(
  unread: Account["unread"],
  id: string,
  read: () => Promise<Thing>,
): Promise<Thing | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BrokerError) || error.class === "network") throw error;
    unread.push({ id, reason: error.message });
    return undefined;
  }
}
