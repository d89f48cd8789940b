import type { JetStreamApi, UserFacts } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { NOT_ENABLED_FOR_ACCOUNT } from "../jetstream/errors/error-codes.ts";
import type { AccountInfo, ConsumerInfo, StreamInfo } from "../jetstream/types.ts";
import { idOfStream } from "../topology/fields/names.ts";
import type { ResolvedResource } from "../topology/resolve/resolved.ts";
import type { ReadLimit } from "./read-limit.ts";

/** The result of reading one thing: the thing, `undefined` if it does not exist, or the error of the read. */
export type Read<Thing> = Thing | undefined | BrokerError;

/** What the broker has, as far as one run reads it. */
export interface Live {
  account: AccountInfo | undefined;
  user: UserFacts;
  /** Keyed by resource id. Streams that declared consumers read are included, declared or not. */
  streams: ReadonlyMap<string, Read<StreamInfo>>;
  consumers: ReadonlyMap<string, Read<ConsumerInfo>>;
  /** Names of every stream of the account; `undefined` if the user may not ask. */
  streamNames: string[] | undefined;
  /** One sentence for each failed read that a plan can do without. */
  warnings: string[];
  /** The time of the read, in epoch milliseconds. */
  readAt: number;
}

/**
 * Reads, in one burst, the account, its name, the names of its streams, and every declared stream and consumer.
 *
 * @throws BrokerError if the broker cannot be asked at all: the connection broke, or JetStream is not enabled.
 */
export async function readLive(api: JetStreamApi, limit: ReadLimit, resources: ResolvedResource[]): Promise<Live> {
  const warnings: string[] = [];
  const declaredStreams = resources.filter((resource) => resource.kind !== "consumer");
  const declaredConsumers = resources.filter((resource) => resource.kind === "consumer");
  const [account, user, streamNames, streams, consumers] = await Promise.all([
    limit(() => optional(warnings, "The account's limits are not known", api.accountInfo())),
    limit(() => api.user()),
    limit(() => optional(warnings, "Unmanaged streams are not listed", api.streamNames())),
    readEach([...declaredStreams, ...otherStreams(resources)], limit, ({ stream }) => api.streamInfo(stream)),
    readEach(declaredConsumers, limit, ({ stream, name }) => api.consumerInfo(stream, name)),
  ]);
  return { account, user, streamNames, streams, consumers, warnings, readAt: Date.now() };
}

/**
 * The streams that declared consumers read and that this run does not look at itself: a decision about a consumer may
 * depend on what its stream stores.
 */
function otherStreams(resources: ResolvedResource[]): { id: string; stream: string }[] {
  const inRun = new Set(resources.flatMap(({ kind, stream }) => (kind === "consumer" ? [] : [stream])));
  const others = new Set(
    resources.flatMap(({ kind, stream }) => (kind === "consumer" && !inRun.has(stream) ? [stream] : [])),
  );
  return [...others].map((stream) => ({ id: `stream/${stream}`, stream }));
}

/**
 * A live stream that was read, by its name on the wire. It is kept under the id of the stream, or under the id of the
 * bucket that it backs.
 */
export function streamNamed({ streams }: Pick<Live, "streams">, name: string): StreamInfo | undefined {
  for (const id of [`stream/${name}`, idOfStream(name)]) {
    const info = streams.get(id);
    if (info && !(info instanceof BrokerError)) return info;
  }
  return undefined;
}

/** Names of live streams that were not read; `undefined` if the user may not ask which streams exist. */
export function unreadStreams(live: Live): string[] | undefined {
  return live.streamNames?.filter((name) => streamNamed(live, name) === undefined);
}

/** Awaits a read that a plan can do without: a failed read is a warning. */
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

/**
 * Reads each resource. A failed read becomes the result of that resource alone. Only an error that makes every read
 * impossible is thrown.
 */
async function readEach<Resource extends Pick<ResolvedResource, "id" | "stream">, Thing>(
  resources: Resource[],
  limit: ReadLimit,
  read: (resource: Resource) => Promise<Thing | undefined>,
): Promise<Map<string, Read<Thing>>> {
  const things = resources.map((resource) =>
    limit(async (): Promise<[string, Read<Thing>]> => {
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
  // Running out of time is not fatal: the run reports what it has read.
  return error.class === "unavailable" && error.code === undefined && !error.answerLost && !error.outOfTime;
}
