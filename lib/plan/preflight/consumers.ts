import { isAtLeast } from "../../jetstream/server.ts";
import { isSourcingConsumer } from "../../jetstream/sourcing-consumer.ts";
import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { streamNamed } from "../../observe/live.ts";
import { count } from "../../text/text.ts";
import { idOfStream } from "../../topology/fields/names.ts";
import type { ResolvedConsumer } from "../../topology/resolve/resolved.ts";
import { type Action, writtenConfig } from "../action.ts";
import { replicasOf, streamsAfter } from "../stream-write.ts";
import type { Finding, Problem } from "./problem.ts";
import { limiterText, limitsFor } from "./quota/account-limits.ts";

interface ConsumerWrite {
  resource: ResolvedConsumer;
  config: ConsumerConfig;
  isNew: boolean;
}

/**
 * Finds consumers that the server refuses: their stream does not exist, it has too many consumers, or too much may be
 * pending.
 */
export function consumerFindings(actions: Action[], broker: BrokerState): Finding[] {
  const streams = streamsAfter(actions, broker);
  const existing = existingStreams(actions, broker);
  const counts = consumerCounts(broker);
  const added = new Map<string, number>();
  return consumerWrites(actions).flatMap((write) => {
    const { stream, id } = write.resource;
    const config = streams.get(stream);
    const soFar = added.get(stream) ?? 0;
    const problem =
      withoutStream(write, existing) ??
      tooMuchPending(write, config, broker) ??
      (write.isNew && config ? tooMany(write, config, soFar, { broker, counts }) : undefined);
    if (problem) return [{ id, problem }];
    if (write.isNew) added.set(stream, soFar + 1);
    return [];
  });
}

/** Streams that may have too many consumers after this plan. The plan needs to know what their consumers are. */
export function crowdedStreams(actions: Action[], broker: BrokerState): string[] {
  const streams = streamsAfter(actions, broker);
  const counts = consumerCounts(broker);
  const wanted = new Map<string, number>();
  for (const { resource, isNew } of consumerWrites(actions)) {
    if (isNew) wanted.set(resource.stream, (wanted.get(resource.stream) ?? 0) + 1);
  }
  return [...wanted].flatMap(([stream, more]) => {
    const [config, live] = [streams.get(stream), counts.live(stream)];
    if (config === undefined || live === undefined) return [];
    const known = caps(config, replicasOf(config), broker);
    const limits = known.length > 0 ? known : defaultCap(broker);
    return limits.some(({ most }) => live + more > most) ? [stream] : [];
  });
}

/**
 * Warns of each stream that would have more consumers than a server allows whose configuration sets no limit. Each
 * warning is one sentence.
 */
export function consumerWarnings(actions: Action[], broker: BrokerState): string[] {
  const streams = streamsAfter(actions, broker);
  const counts = consumerCounts(broker);
  const wanted = Map.groupBy(
    consumerWrites(actions).filter(({ isNew }) => isNew),
    ({ resource }) => resource.stream,
  );
  return [...wanted].flatMap(([stream, { length: more }]) => {
    const config = streams.get(stream);
    if (config === undefined || caps(config, replicasOf(config), broker).length > 0) return [];
    return defaultCap(broker).flatMap((cap) => {
      const existing = counts.on(config, cap);
      if (existing === undefined || existing + more <= cap.most) return [];
      return (
        `${idOfStream(stream)} would have ${existing + more} consumers: where neither the stream nor the account has ` +
        `a limit, nats-server ${broker.server.version} allows ${cap.most} on a stream, unless default_max_consumers in its ` +
        "configuration says otherwise, which no request tells. Declare maxConsumers on the stream to allow more."
      );
    });
  });
}

function consumerWrites(actions: Action[]): ConsumerWrite[] {
  return actions.flatMap((action) => {
    const config = writtenConfig(action) as ConsumerConfig | undefined;
    if (action.resource.kind !== "consumer" || config === undefined) return [];
    return [{ resource: action.resource, config, isNew: action.does === "create" }];
  });
}

/** What the plan knows about the streams that consumers read. */
interface ExistingStreams {
  /** What the plan does with the streams that this run looks at, by name. */
  actions: ReadonlyMap<string, Action>;
  /** The names of all live streams; `undefined` if the user may not ask. */
  names: ReadonlySet<string> | undefined;
}

function existingStreams(actions: Action[], { live }: BrokerState): ExistingStreams {
  const streams = actions.filter(({ resource }) => resource.kind !== "consumer");
  return {
    actions: new Map(streams.map((action) => [action.resource.stream, action])),
    names: live.streamNames && new Set(live.streamNames),
  };
}

function withoutStream({ resource, isNew }: ConsumerWrite, { actions, names }: ExistingStreams): Problem | undefined {
  const stream = actions.get(resource.stream);
  const isMissing = stream ? stream.does === "refuse" || stream.does === "miss" : names?.has(resource.stream) === false;
  if (!isNew || !isMissing) return undefined;
  const id = stream?.resource.id ?? idOfStream(resource.stream);
  return {
    code: 10059,
    what: `it reads ${id}, which does not exist and is not created by this run`,
    remedy: stream ? `see what is said of ${id}` : `declare ${id}, or run for it too`,
    fields: [],
  };
}

function tooMuchPending(
  { config }: ConsumerWrite,
  stream: StreamConfig | undefined,
  { live }: BrokerState,
): Problem | undefined {
  const selected = live.account && limitsFor(live.account, config.num_replicas || (stream ? replicasOf(stream) : 1));
  const [most, wanted] = [selected?.limits.max_ack_pending ?? 0, config.max_ack_pending ?? 0];
  if (selected === undefined || most <= 0 || wanted <= most) return undefined;
  return {
    code: 10121,
    what: `its maxAckPending would be ${wanted}, and ${limiterText(selected)} allows ${most}`,
    remedy: "lower it, or raise the limit",
    fields: ["max_ack_pending"],
  };
}

/**
 * The most consumers on a stream if nobody has set a limit: `default_max_consumers` (nats-server 2.15, server/opts.go).
 */
const DEFAULT_MAX_CONSUMERS = 1000;

/**
 * The server's default, which applies if there is no other cap. The run only warns: no request tells what the server's
 * configuration says.
 */
function defaultCap({ server }: BrokerState): Pick<Cap, "most">[] {
  return isAtLeast(server, "2.15.0") ? [{ most: DEFAULT_MAX_CONSUMERS }] : [];
}

interface Cap {
  most: number;
  by: string;
  /** In a tier, only the consumers with this number of replicas count. */
  replicas?: number;
}

/** The caps on a stream's consumers. The server applies the account's limit to each stream, too. */
function caps(stream: StreamConfig, replicas: number, { live }: BrokerState): Cap[] {
  const own = Number(stream.max_consumers ?? -1);
  const selected = live.account && limitsFor(live.account, replicas);
  const account = selected?.limits.max_consumers ?? -1;
  return [
    ...(own > 0 ? [{ most: own, by: "its maxConsumers" }] : []),
    ...(selected && account > 0
      ? [{ most: account, by: `the limit of ${limiterText(selected)}`, ...(selected.tier ? { replicas } : {}) }]
      : []),
  ];
}

function tooMany(
  { config }: ConsumerWrite,
  stream: StreamConfig,
  soFar: number,
  { broker, counts }: { broker: BrokerState; counts: ConsumerCounts },
): Problem | undefined {
  const replicas = config.num_replicas || replicasOf(stream);
  for (const cap of caps(stream, replicas, broker)) {
    const existing = counts.on(stream, cap);
    if (existing === undefined || existing + soFar < cap.most) continue;
    const first = soFar > 0 ? `, to which this plan adds ${soFar} before it` : "";
    return {
      code: 10026,
      what: `its stream may have ${count(cap.most, "consumer")} by ${cap.by}, and has ${existing}${first}`,
      remedy: "remove one, or raise the limit",
      fields: [],
    };
  }
  return undefined;
}

/** The numbers of consumers on streams. */
interface ConsumerCounts {
  /** The number of consumers that count. `undefined` if it is not known exactly: then the server decides. */
  on(stream: StreamConfig, cap: Omit<Cap, "by">): number | undefined;
  /**
   * The stream's own count, which may include consumers that the server made itself; `undefined` if it was not read.
   */
  live(stream: string): number | undefined;
}

function consumerCounts({ live, extra }: BrokerState): ConsumerCounts {
  const names = live.streamNames && new Set(live.streamNames);
  const byReplicas = new Map<string, Map<number, number>>();
  /** For a stream whose consumers were read, the number of consumers for each number of replicas. */
  const countsOf = (stream: StreamConfig) => {
    const known = byReplicas.get(stream.name);
    const read = extra.consumers.get(stream.name);
    if (known || read === undefined) return known;
    const counts = new Map<number, number>();
    for (const each of read) {
      if (isSourcingConsumer(each)) continue;
      const replicas = each.config.num_replicas || replicasOf(stream);
      counts.set(replicas, (counts.get(replicas) ?? 0) + 1);
    }
    byReplicas.set(stream.name, counts);
    return counts;
  };
  const liveOf = (stream: string) =>
    streamNamed(live, stream)?.state.consumer_count ?? (names?.has(stream) === false ? 0 : undefined);
  return {
    live: liveOf,
    on(stream, { most, replicas }) {
      const existing = liveOf(stream.name);
      if (existing === 0) return 0;
      const counts = countsOf(stream);
      if (counts === undefined) return existing !== undefined && existing < most ? existing : undefined;
      if (replicas !== undefined) return counts.get(replicas) ?? 0;
      return [...counts.values()].reduce((sum, each) => sum + each, 0);
    },
  };
}
