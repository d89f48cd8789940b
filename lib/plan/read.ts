import pLimit from "p-limit";
import type { JetStreamApi } from "../jetstream/api.ts";
import { NOT_ENABLED_FOR_ACCOUNT } from "../jetstream/error-codes.ts";
import { BrokerError } from "../jetstream/errors.ts";
import type { AccountInfo, ConsumerInfo, StreamInfo } from "../jetstream/types.ts";
import type { ResolvedConsumer, ResolvedResource, ResolvedStream } from "../topology/resolved.ts";
import { needsSubjectCounts } from "./limits.ts";

/** What a read of one thing gave: the thing, `undefined` where it does not exist, or why it could not be read. */
export type Read<Thing> = Thing | undefined | BrokerError;

/** The live side of a plan. */
export interface Live {
  account: AccountInfo | undefined;
  accountName: string | undefined;
  /** Keyed by resource id. */
  streams: ReadonlyMap<string, Read<StreamInfo>>;
  consumers: ReadonlyMap<string, Read<ConsumerInfo>>;
  /** Messages per subject, of the streams whose per-subject limit would be lowered; keyed by stream. */
  perSubject: ReadonlyMap<string, number[]>;
  /** Every stream of the account; `undefined` where the user may not ask. */
  streamNames: string[] | undefined;
  /** The durable consumers of declared streams, beside those declared: `[stream, consumer]`. */
  strayConsumers: [stream: string, consumer: string][];
  /** One sentence for each thing that could not be read and that a plan can do without. */
  warnings: string[];
  /** Epoch milliseconds. */
  readAt: number;
}

/** Requests on the wire at once. The server queues 10,000 and drops them all beyond that. */
const IN_FLIGHT = 128;

/** Beyond it the subjects are not counted: the server pages them by 100,000, and a page is large. */
const COUNTABLE_SUBJECTS = 100_000;

/**
 * Reads all that a plan needs, and writes nothing.
 *
 * 1. One burst: the account, its name, the names of its streams, and every declared stream and consumer.
 * 2. A second one only where the first gives reason to: the consumers of streams that have more than are declared,
 *    and the messages per subject where a lower limit may discard some.
 *
 * @throws BrokerError where the broker cannot be asked at all: the connection broke, JetStream is not enabled.
 */
export async function readLive(api: JetStreamApi, resources: ResolvedResource[]): Promise<Live> {
  const bounded = pLimit(IN_FLIGHT);
  const warnings: string[] = [];
  const optional = <Thing>(what: string, thing: Promise<Thing>) =>
    thing.catch((error: unknown) => {
      if (!(error instanceof BrokerError) || isFatal(error)) throw error;
      warnings.push(`${what}: ${error.message}`);
      return undefined;
    });

  const declaredStreams = resources.filter((resource) => resource.kind !== "consumer");
  const declaredConsumers = resources.filter((resource) => resource.kind === "consumer");
  const [account, accountName, streamNames, streams, consumers] = await Promise.all([
    bounded(() => optional("The account's limits are not known", api.accountInfo())),
    bounded(() => api.accountName()),
    bounded(() => optional("Unmanaged streams are not listed", api.streamNames())),
    readEach(declaredStreams, bounded, ({ stream }) => api.streamInfo(stream)),
    readEach(declaredConsumers, bounded, ({ stream, name }) => api.consumerInfo(stream, name)),
  ]);

  const [strayConsumers, perSubject] = await Promise.all([
    Promise.all(
      streamsWithStrays(declaredStreams, streams, consumers).map((stream) =>
        bounded(async () => {
          const live = await optional(`Unmanaged consumers of ${stream} are not listed`, api.consumerList(stream));
          return straysOf(stream, live ?? [], declaredConsumers);
        }),
      ),
    ),
    Promise.all(
      streamsToCount(declaredStreams, streams).map((stream) =>
        bounded(async (): Promise<[string, number[]][]> => {
          const counts = await optional(
            `The messages per subject of ${stream} are not known`,
            api.subjectCounts(stream),
          );
          return counts ? [[stream, counts]] : [];
        }),
      ),
    ),
  ]);

  return {
    account,
    accountName,
    streamNames,
    streams,
    consumers,
    strayConsumers: strayConsumers.flat(),
    perSubject: new Map(perSubject.flat()),
    warnings,
    readAt: Date.now(),
  };
}

/** Trouble with one thing is that thing's; without a connection or JetStream nothing can be asked. */
async function readEach<Resource extends ResolvedResource, Thing>(
  resources: Resource[],
  bounded: <T>(task: () => Promise<T>) => Promise<T>,
  read: (resource: Resource) => Promise<Thing | undefined>,
): Promise<Map<string, Read<Thing>>> {
  const things = resources.map((resource) =>
    bounded(async (): Promise<[string, Read<Thing>]> => {
      try {
        return [resource.id, await read(resource)];
      } catch (error) {
        if (!(error instanceof BrokerError) || isFatal(error)) throw error;
        return [resource.id, error];
      }
    }),
  );
  return new Map(await Promise.all(things));
}

function isFatal(error: BrokerError): boolean {
  if (error.class === "network" || error.code === NOT_ENABLED_FOR_ACCOUNT) return true;
  return error.class === "unavailable" && error.code === undefined && !error.answerLost;
}

function streamsWithStrays(
  declared: ResolvedStream[],
  streams: ReadonlyMap<string, Read<StreamInfo>>,
  consumers: ReadonlyMap<string, Read<ConsumerInfo>>,
): string[] {
  const found = [...consumers.values()].flatMap((info) => (info && !(info instanceof BrokerError) ? [info] : []));
  return declared.flatMap(({ id, kind, stream }) => {
    const info = streams.get(id);
    // Watchers of buckets come and go as consumers of theirs: nobody's durable.
    if (kind !== "stream" || info === undefined || info instanceof BrokerError) return [];
    const known = found.filter((consumer) => consumer.stream_name === stream).length;
    return info.state.consumer_count > known ? [stream] : [];
  });
}

function straysOf(stream: string, live: ConsumerInfo[], declared: ResolvedConsumer[]): [string, string][] {
  const names = new Set(declared.filter((consumer) => consumer.stream === stream).map(({ name }) => name));
  return live
    .filter(({ name, config }) => config.durable_name !== undefined && !names.has(name))
    .map(({ name }): [string, string] => [stream, name]);
}

function streamsToCount(declared: ResolvedStream[], streams: ReadonlyMap<string, Read<StreamInfo>>): string[] {
  return declared.flatMap(({ id, stream, enforced, policy }) => {
    const info = streams.get(id);
    if (info === undefined || info instanceof BrokerError || policy.manage === "observe") return [];
    const wanted = enforced.max_msgs_per_subject ?? 0;
    const live = info.config.max_msgs_per_subject ?? -1;
    if (wanted <= 0 || (live > 0 && live <= wanted)) return [];
    const countable = (info.state.num_subjects ?? 0) <= COUNTABLE_SUBJECTS;
    return countable && needsSubjectCounts(wanted, { state: info.state, now: 0 }) ? [stream] : [];
  });
}
