import type { JetStreamApi, UserFacts } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { NOT_ENABLED_FOR_ACCOUNT } from "../jetstream/errors/error-codes.ts";
import type { AccountInfo, ConsumerInfo, StreamInfo } from "../jetstream/types.ts";
import { idOfStream } from "../topology/fields/names.ts";
import type { ResolvedResource } from "../topology/resolve/resolved.ts";
import type { ReadLimit } from "./read-limit.ts";

/** What a read of one thing gave: the thing, `undefined` where it does not exist, or why it could not be read. */
export type Read<Thing> = Thing | undefined | BrokerError;

/** What the broker has. */
export interface Live {
  account: AccountInfo | undefined;
  user: UserFacts;
  /** Keyed by resource id; also the streams, declared or not, that declared consumers read. */
  streams: ReadonlyMap<string, Read<StreamInfo>>;
  consumers: ReadonlyMap<string, Read<ConsumerInfo>>;
  /** Every stream of the account; `undefined` where the user may not ask. */
  streamNames: string[] | undefined;
  /** One sentence for each thing that could not be read and that a plan can do without. */
  warnings: string[];
  /** Epoch milliseconds. */
  readAt: number;
}

/**
 * Reads, in one burst, the account, its name, the names of its streams, and every declared stream and consumer.
 *
 * @throws BrokerError where the broker cannot be asked at all: the connection broke, JetStream is not enabled.
 */
export async function readLive(api: JetStreamApi, bounded: ReadLimit, resources: ResolvedResource[]): Promise<Live> {
  const warnings: string[] = [];
  const declaredStreams = resources.filter((resource) => resource.kind !== "consumer");
  const declaredConsumers = resources.filter((resource) => resource.kind === "consumer");
  const [account, user, streamNames, streams, consumers] = await Promise.all([
    bounded(() => optional(warnings, "The account's limits are not known", api.accountInfo())),
    bounded(() => api.user()),
    bounded(() => optional(warnings, "Unmanaged streams are not listed", api.streamNames())),
    readEach([...declaredStreams, ...otherStreams(resources)], bounded, ({ stream }) => api.streamInfo(stream)),
    readEach(declaredConsumers, bounded, ({ stream, name }) => api.consumerInfo(stream, name)),
  ]);
  return { account, user, streamNames, streams, consumers, warnings, readAt: Date.now() };
}

/** Streams that declared consumers read and that are not looked at themselves: what is stored there may hang on them. */
function otherStreams(resources: ResolvedResource[]): { id: string; stream: string }[] {
  const looked = new Set(resources.flatMap(({ kind, stream }) => (kind === "consumer" ? [] : [stream])));
  const others = new Set(
    resources.flatMap(({ kind, stream }) => (kind === "consumer" && !looked.has(stream) ? [stream] : [])),
  );
  return [...others].map((stream) => ({ id: `stream/${stream}`, stream }));
}

/** A live stream that was read, by its name: under its own id, or as the backing stream of a bucket under the bucket's. */
export function streamNamed({ streams }: Pick<Live, "streams">, name: string): StreamInfo | undefined {
  for (const id of [`stream/${name}`, idOfStream(name)]) {
    const info = streams.get(id);
    if (info && !(info instanceof BrokerError)) return info;
  }
  return undefined;
}

/** Names of live streams that were not read; `undefined` where the user may not ask which streams there are. */
export function unreadStreams(live: Live): string[] | undefined {
  return live.streamNames?.filter((name) => streamNamed(live, name) === undefined);
}

/** A read that a plan can do without: trouble with it is a warning. */
export async function optional<Thing>(
  warnings: string[],
  what: string,
  thing: Promise<Thing>,
): Promise<Thing | undefined> {
  try {
    return await thing;
  } catch (error) {
    if (!(error instanceof BrokerError) || isFatal(error)) throw error;
    warnings.push(`${what}: ${error.message}`);
    return undefined;
  }
}

/** Trouble with one thing is that thing's; without a connection or JetStream nothing can be asked. */
async function readEach<Resource extends Pick<ResolvedResource, "id" | "stream">, Thing>(
  resources: Resource[],
  bounded: ReadLimit,
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
  // What was read in time is still so, and is told.
  return error.class === "unavailable" && error.code === undefined && !error.answerLost && !error.outOfTime;
}
