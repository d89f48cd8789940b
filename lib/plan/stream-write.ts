import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { StreamConfig } from "../jetstream/types.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import type { ResolvedStream } from "../topology/resolve/resolved.ts";
import { type Action, writtenConfig } from "./action.ts";
import { defaultSubjects } from "./fields/stream-implied.ts";

/** A stream that would be created or updated. */
export interface StreamWrite {
  resource: ResolvedStream;
  config: StreamConfig;
  /** The live config before an update; `undefined` for a create. */
  live: StreamConfig | undefined;
}

export function streamWrite(action: Action): StreamWrite | undefined {
  const config = writtenConfig(action) as StreamConfig | undefined;
  if (action.resource.kind === "consumer" || config === undefined) return undefined;
  const live = action.does === "update" ? (action.question.live as unknown as StreamConfig) : undefined;
  return { resource: action.resource, config, live };
}

export function streamWrites(actions: Action[]): StreamWrite[] {
  return actions.flatMap((action) => streamWrite(action) ?? []);
}

export const replicasOf = ({ num_replicas }: StreamConfig): number => Math.max(1, num_replicas ?? 1);
export const bytesOf = ({ max_bytes }: StreamConfig): number => Number(max_bytes ?? -1) || -1;
export const storageOf = ({ storage }: StreamConfig): "file" | "memory" => storage ?? "file";
export const subjectsOf = (config: StreamConfig): string[] =>
  config.subjects?.length ? config.subjects : defaultSubjects(config);

/** The configs of all live streams whose config was read, by name. */
export function knownConfigs({ live, extra }: Pick<BrokerState, "live" | "extra">): Map<string, StreamConfig> {
  const declared = [...live.streams.values()].flatMap((info) =>
    info === undefined || info instanceof BrokerError ? [] : [info.config],
  );
  return new Map([...extra.configs, ...declared.map((config): [string, StreamConfig] => [config.name, config])]);
}

/** The known configs as they are after the run has carried out a plan, by name. */
export function streamsAfter(
  actions: Action[],
  broker: Pick<BrokerState, "live" | "extra">,
): Map<string, StreamConfig> {
  const written = streamWrites(actions).map(({ config }): [string, StreamConfig] => [config.name, config]);
  return new Map([...knownConfigs(broker), ...written]);
}

/** Names of live streams whose config was not read; `undefined` if it is not known which streams exist. */
export function unknownStreams(broker: Pick<BrokerState, "live" | "extra">): string[] | undefined {
  const known = knownConfigs(broker);
  return broker.live.streamNames?.filter((name) => !known.has(name));
}
