import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors.ts";
import { isSourcingConsumer } from "../jetstream/sourcing-consumer.ts";
import type { ResolvedResource } from "../topology/resolved.ts";
import type { Bounded } from "./bounded.ts";
import { type Live, optional } from "./read.ts";

/** A durable consumer that no topology declares. */
export type Stray = [stream: string, consumer: string];

/** The durable consumers of declared streams beside those declared; a stream that has no more than those is not asked. */
export async function readStrays(
  api: JetStreamApi,
  bounded: Bounded,
  resources: ResolvedResource[],
  live: Live,
): Promise<Stray[]> {
  const strays = streamsWithStrays(resources, live).map((stream) =>
    bounded(async () => {
      const what = `Unmanaged consumers of ${stream} are not listed`;
      const consumers = await optional(live.warnings, what, api.consumerList(stream));
      const declared = new Set(
        resources.filter((each) => each.kind === "consumer" && each.stream === stream).map(({ name }) => name),
      );
      return (consumers ?? [])
        .filter(
          (each) => each.config.durable_name !== undefined && !isSourcingConsumer(each) && !declared.has(each.name),
        )
        .map(({ name }): Stray => [stream, name]);
    }),
  );
  return (await Promise.all(strays)).flat();
}

function streamsWithStrays(resources: ResolvedResource[], { streams, consumers }: Live): string[] {
  const found = [...consumers.values()].flatMap((info) => (info && !(info instanceof BrokerError) ? [info] : []));
  return resources.flatMap(({ id, kind, stream }) => {
    const info = streams.get(id);
    // Watchers of buckets come and go as consumers of theirs: nobody's durable.
    if (kind !== "stream" || info === undefined || info instanceof BrokerError) return [];
    const known = found.filter((consumer) => consumer.stream_name === stream).length;
    return info.state.consumer_count > known ? [stream] : [];
  });
}
