import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { isSourcingConsumer } from "../jetstream/sourcing-consumer.ts";
import { ownerOf } from "../topology/owner.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolve/resolved.ts";
import { type Live, optional } from "./live.ts";
import type { ReadLimit } from "./read-limit.ts";

/** A durable consumer that the topology does not declare. */
export interface UndeclaredConsumer {
  stream: string;
  consumer: string;
  /** The topology whose name is in its metadata. */
  owner: string | undefined;
  /** The number of messages that it has still to deliver. */
  pending: number;
}

/**
 * Reads the durable consumers of declared streams that the topology does not declare. A consumer that the topology
 * declares is left out even if this run does not look at it. A stream is not asked if it has no more consumers than the
 * run has read.
 */
export async function readUndeclaredConsumers(
  api: JetStreamApi,
  limit: ReadLimit,
  topology: ResolvedTopology,
  resources: ResolvedResource[],
  live: Live,
): Promise<UndeclaredConsumer[]> {
  const declaredIds = new Set(topology.resources.map(({ id }) => id));
  const reads = streamsWithUndeclared(resources, live).map((stream) =>
    limit(async () => {
      const what = `Unmanaged consumers of ${stream} are not listed`;
      const consumers = await optional(live.warnings, what, api.consumerList(stream));
      return (consumers ?? [])
        .filter(
          (each) =>
            each.config.durable_name !== undefined &&
            !isSourcingConsumer(each) &&
            !declaredIds.has(`consumer/${stream}/${each.name}`),
        )
        .map(({ name, config, num_pending: pending = 0 }): UndeclaredConsumer => {
          return { stream, consumer: name, owner: ownerOf(config), pending: Number(pending) };
        });
    }),
  );
  return (await Promise.all(reads)).flat();
}

function streamsWithUndeclared(resources: ResolvedResource[], { streams, consumers }: Live): string[] {
  const found = [...consumers.values()].flatMap((info) => (info && !(info instanceof BrokerError) ? [info] : []));
  const read = Map.groupBy(found, ({ stream_name }) => stream_name);
  return resources.flatMap(({ id, kind, stream }) => {
    const info = streams.get(id);
    // Buckets are left out: their watchers are consumers that come and go, and that nobody made durable.
    if (kind !== "stream" || info === undefined || info instanceof BrokerError) return [];
    return info.state.consumer_count > (read.get(stream)?.length ?? 0) ? [stream] : [];
  });
}
