import { filtersOf } from "../../jetstream/filters.ts";
import { isAtLeast } from "../../jetstream/server.ts";
import { isSourcingConsumer } from "../../jetstream/sourcing-consumer.ts";
import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { covers, overlap } from "../../subjects/subjects.ts";
import { declaredName } from "../../topology/fields/names.ts";
import { shownValue } from "../../topology/fields/shown.ts";
import type { ResolvedConsumer } from "../../topology/resolve/resolved.ts";
import { type Action, writtenConfig } from "../action.ts";
import { knownConfigs, replicasOf, streamsAfter, subjectsOf } from "../stream-write.ts";
import { CONSUMER_LIMITS, type ConsumerLimit, consumerLimitOf } from "./consumer-limits.ts";
import type { Finding, Problem } from "./problem.ts";
import { isClustered } from "./stream-config.ts";

interface ConsumerWrite {
  resource: ResolvedConsumer;
  config: ConsumerConfig;
  /** The stream's config after this plan. */
  stream: StreamConfig;
  /** The live config before an update; `undefined` for a create. */
  live: ConsumerConfig | undefined;
}

/** Finds consumer configs that the server refuses because of the stream or of the stream's other consumers. */
export function consumerConfigFindings(actions: Action[], broker: BrokerState): Finding[] {
  const writes = consumerWrites(actions, broker);
  const after = new Map(writes.map(({ resource, config }) => [resource.id, config]));
  return writes.flatMap((write) => {
    const problem =
      aboveStreamLimits(write, broker) ??
      deliversToItself(write) ??
      tooManyReplicas(write, broker) ??
      filtersNothing(write, broker) ??
      sharesWork(write, after, broker);
    return problem ? [{ id: write.resource.id, problem }] : [];
  });
}

/** Work queues of which a consumer would read other subjects. The plan needs to know what the other consumers read. */
export function workQueuesWithOtherReaders(actions: Action[], broker: BrokerState): string[] {
  const live = knownConfigs(broker);
  const writes = consumerWrites(actions, broker).filter(
    (write) => live.has(write.stream.name) && readsWorkQueue(write, broker),
  );
  return [...new Set(writes.map(({ resource }) => resource.stream))];
}

function consumerWrites(actions: Action[], broker: BrokerState): ConsumerWrite[] {
  const consumers = actions.filter(({ resource, does }) => resource.kind === "consumer" && does !== "nothing");
  if (consumers.length === 0) return [];
  const streams = streamsAfter(actions, broker);
  return consumers.flatMap((action): ConsumerWrite[] => {
    const config = writtenConfig(action) as ConsumerConfig | undefined;
    const stream = streams.get(action.resource.stream);
    if (action.resource.kind !== "consumer" || config === undefined || stream === undefined) return [];
    const live = action.does === "update" ? (action.question.live as unknown as ConsumerConfig) : undefined;
    return [{ resource: action.resource, config, stream, live }];
  });
}

const ABOVE_LIMIT: Record<ConsumerLimit, number> = { max_ack_pending: 10121, inactive_threshold: 10153 };

function aboveStreamLimits({ config, stream }: ConsumerWrite, { server }: BrokerState): Problem | undefined {
  if (!isAtLeast(server, "2.10.0")) return undefined;
  for (const field of CONSUMER_LIMITS) {
    const [own, most] = [config[field] ?? 0, consumerLimitOf(stream, field)];
    if (most <= 0 || own <= most) continue;
    const [value, limit] = [own, most].map((each) => shownValue("consumer", field, each));
    return {
      code: ABOVE_LIMIT[field],
      what: `its ${declaredName("consumer", field)} would be ${value}, and the consumerLimits of its stream allow ${limit}`,
      remedy: "lower it, or raise the stream's limit",
      fields: [field],
    };
  }
  return undefined;
}

function deliversToItself({ config, stream }: ConsumerWrite): Problem | undefined {
  const { deliver_subject: to } = config;
  const back = to ? subjectsOf(stream).find((subject) => covers(subject, to)) : undefined;
  if (back === undefined) return undefined;
  return {
    code: 10081,
    what: `its stream would store what it delivers to "${to}", because it stores "${back}"`,
    remedy: "declare another deliverSubject",
    fields: ["deliver_subject"],
  };
}

function tooManyReplicas({ config, stream }: ConsumerWrite, broker: BrokerState): Problem | undefined {
  const [own, streams] = [config.num_replicas ?? 0, replicasOf(stream)];
  if (own <= streams) return undefined;
  const alone = isClustered(broker) === false;
  return {
    code: alone ? 10074 : 10126,
    what: `it asks for ${own} replicas, and ${alone ? "the server is not clustered" : `its stream has ${streams}`}`,
    remedy: "leave numReplicas out",
    fields: ["num_replicas"],
  };
}

/**
 * Servers before 2.10 refuse a filter outside the stream's subjects, unless the stream has messages of other streams.
 */
function filtersNothing({ config, stream }: ConsumerWrite, { server }: BrokerState): Problem | undefined {
  if (isAtLeast(server, "2.10.0") || stream.mirror || stream.sources?.length || !isFiltered(config)) return undefined;
  const outside = filtersOf(config).find((filter) => !subjectsOf(stream).some((subject) => covers(subject, filter)));
  if (outside === undefined) return undefined;
  return {
    code: 10093,
    what: `its filter would be "${outside}", and server ${server.version} wants a part of its stream's subjects`,
    remedy: "filter what the stream stores",
    fields: ["filter_subject", "filter_subjects"],
  };
}

/**
 * A message of a work queue is for one consumer. The server accepts an update to no filter at all, whoever else reads.
 */
function sharesWork(
  write: ConsumerWrite,
  after: ReadonlyMap<string, ConsumerConfig>,
  broker: BrokerState,
): Problem | undefined {
  if (!readsWorkQueue(write, broker)) return undefined;
  const { resource, config } = write;
  const others = broker.extra.consumers.get(resource.stream) ?? [];
  const filters = filtersOf(config);
  const other = others.find((each) => {
    if (each.name === resource.name || isSourcingConsumer(each)) return false;
    const theirs = filtersOf(after.get(`consumer/${resource.stream}/${each.name}`) ?? each.config);
    return theirs.some((filter) => filters.some((own) => overlap(own, filter)));
  });
  if (other === undefined) return undefined;
  return {
    code: isFiltered(config) ? 10100 : 10099,
    what: `it would read messages of the work queue that consumer "${other.name}" reads`,
    remedy: "give each consumer subjects of its own",
    fields: ["filter_subject", "filter_subjects"],
  };
}

function readsWorkQueue({ config, stream, live }: ConsumerWrite, { server }: BrokerState): boolean {
  if (stream.retention !== "workqueue" || !isAtLeast(server, "2.10.0")) return false;
  return live === undefined || isFiltered(config);
}

const isFiltered = (config: ConsumerConfig): boolean => filtersOf(config).join() !== ">";
