import type { NatsConnection } from "nats";
import type { ResolvedResource } from "../../../lib/topology/index.ts";
import type { RawConfig } from "../../support/clients.ts";
import { api } from "../../support/raw.ts";

/** Creates streams as they are, side by side: in a cluster each waits for an election of its own. */
export async function createStreams(nc: NatsConnection, configs: RawConfig[]): Promise<void> {
  await Promise.all(configs.map((config) => api(nc, `STREAM.CREATE.${config.name}`, config)));
}

/** By hand, from what the topology stands for: first what others are made of, then the rest, then consumers. */
export async function createAsWritten(
  nc: NatsConnection,
  resources: ResolvedResource[],
  written: (config: object) => object,
): Promise<void> {
  const configOf = ({ createDefaults, enforced }: ResolvedResource) => written({ ...createDefaults, ...enforced });
  const streams = resources.filter(({ kind }) => kind !== "consumer");
  await createStreams(nc, streams.map(configOf) as RawConfig[]);
  const consumers = resources.filter(({ kind }) => kind === "consumer");
  await Promise.all(
    consumers.map((resource) =>
      api(nc, `CONSUMER.DURABLE.CREATE.${resource.stream}.${resource.name}`, {
        stream_name: resource.stream,
        config: configOf(resource),
      }),
    ),
  );
}

/** The same config with everything the other way round whose order means nothing. */
export function reversed(config: object): object {
  return backwards(config) as object;
}

/** Here the order is the meaning. */
const ORDERED = ["backoff", "subject_transforms"];

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards).reverse();
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, each]) => [key, ORDERED.includes(key) ? each : backwards(each)]));
}
