import type { NatsConnection } from "nats";
import {
  accountInfoAnswer,
  consumerInfoAnswer,
  consumerListAnswer,
  deletedAnswer,
  messageAnswer,
  type Page,
  streamInfoAnswer,
  streamListAnswer,
  streamNamesAnswer,
  subjectsAnswer,
  userAnswer,
} from "./answers.ts";
import { BrokerError } from "./errors/broker-error.ts";
import { CONSUMER_NOT_FOUND, NO_MESSAGE_FOUND, STREAM_NOT_FOUND } from "./errors/error-codes.ts";
import { type ApiOptions, sender } from "./send.ts";
import type { Shape } from "./shape.ts";
import { mayPublish, type PublishPermissions } from "./subject-permissions.ts";
import type {
  AccountInfo,
  ConsumerConfig,
  ConsumerInfo,
  Int64,
  StoredMessage,
  StreamConfig,
  StreamInfo,
} from "./types.ts";

export type { ApiOptions } from "./send.ts";

/** What the server says about the user of the connection. */
export interface UserFacts {
  account?: string | undefined;
  publish?: PublishPermissions | undefined;
}

/** All requests that this project sends. They are named after the server's verbs. */
export interface JetStreamApi {
  /** How many requests were sent so far, retries included. */
  readonly requests: { read: number; write: number };
  accountInfo(): Promise<AccountInfo>;
  /** The user of the connection. Empty if the user may not ask, or if the server is older than 2.10. */
  user(): Promise<UserFacts>;
  /** Whether a user with these permissions may send the write of a stream. */
  mayWrite(permissions: PublishPermissions | undefined, verb: "create" | "update", stream: string): boolean;
  /** The names of all streams, page after page. With a subject, only the streams with a subject that overlaps it. */
  streamNames(subject?: string): Promise<string[]>;
  /**
   * All streams, page after page, or only those on the first pages. In a cluster, a stream that did not answer the
   * server in time is `missing`.
   */
  streamList(mostPages?: number): Promise<{ streams: StreamInfo[]; missing: string[] }>;
  streamInfo(stream: string): Promise<StreamInfo | undefined>;
  /** How many messages each subject of a stream holds, without the subjects. */
  subjectCounts(stream: string): Promise<number[]>;
  /**
   * The number of messages on each subject that a filter covers, from the first page only. `total` is the number of
   * subjects.
   */
  messagesBySubject(stream: string, filter: string): Promise<{ subjects: Record<string, number>; total: number }>;
  /** The last message on the subjects that a filter covers. The server also sends its payload. */
  lastMessage(stream: string, filter: string): Promise<StoredMessage | undefined>;
  /**
   * The sequences between a stream's first and last that it no longer holds. The answer has one number for each gap.
   */
  deletedSequences(stream: string): Promise<Int64[]>;
  /** The first message at or after a sequence. The server also sends its payload: no request leaves it out. */
  messageFrom(stream: string, sequence: Int64): Promise<StoredMessage | undefined>;
  /**
   * The first message stored at or after an instant. Needs API level 1 (2.11): older servers answer the first message.
   */
  messageSince(stream: string, instant: Date): Promise<StoredMessage | undefined>;
  createStream(config: StreamConfig): Promise<StreamInfo>;
  updateStream(config: StreamConfig): Promise<StreamInfo>;
  consumerList(stream: string): Promise<ConsumerInfo[]>;
  consumerInfo(stream: string, consumer: string): Promise<ConsumerInfo | undefined>;
  /**
   * Creates or updates a consumer. A 2.9 server ignores `action`, so its "update" creates a missing one: read it first.
   */
  writeConsumer(stream: string, config: ConsumerConfig, action: "create" | "update"): Promise<ConsumerInfo>;
}

/** The most pages that are read of one list. A list that grows while it is read must still end. */
const MAX_PAGES = 1000;

/** Makes the server look for the next message at or after a position, and not only at the position itself. */
const OR_NEXT = { next_by_subj: ">" };

/**
 * Makes the API. This is the only place that sends JetStream API requests.
 *
 * @param requests the counters to increase. Default: new ones. A run that connects a second time passes its counters
 *   on.
 */
export function jetStreamApi(
  nc: NatsConnection,
  options: ApiOptions = {},
  requests: JetStreamApi["requests"] = { read: 0, write: 0 },
): JetStreamApi {
  const prefix = options.prefix ?? (options.domain ? `$JS.${options.domain}.API` : "$JS.API");

  const send = sender(nc, options, requests);
  const read = <Answer>(verb: string, shape: Shape<Answer>, body?: unknown) =>
    send({ subject: `${prefix}.${verb}`, kind: "read", body }, shape);
  const write = <Answer>(verb: string, shape: Shape<Answer>, body: unknown) =>
    send({ subject: `${prefix}.${verb}`, kind: "write", body }, shape);

  async function pages<Item>(
    verb: string,
    shape: Shape<Page<Item>>,
    itemsOf: (reply: Page<Item>) => Item[] | undefined,
    request: object = {},
    mostPages = MAX_PAGES,
  ): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 0; page < mostPages; page += 1) {
      const reply = await read(verb, shape, { ...request, offset: all.length });
      const items = itemsOf(reply) ?? [];
      all.push(...items);
      if (items.length === 0 || all.length >= reply.total) break;
    }
    return all;
  }

  async function message(stream: string, which: object): Promise<StoredMessage | undefined> {
    const reply = read(`STREAM.MSG.GET.${stream}`, messageAnswer, which);
    return (await orMissing(reply, NO_MESSAGE_FOUND))?.message;
  }

  return {
    requests,
    accountInfo: () => read("INFO", accountInfoAnswer),
    user: async () => {
      try {
        const reply = await send({ subject: "$SYS.REQ.USER.INFO", kind: "read" }, userAnswer);
        const { account, permissions } = reply.data ?? {};
        return { account, publish: permissions?.publish };
      } catch {
        return {};
      }
    },
    mayWrite: (permissions, verb, stream) =>
      mayPublish(permissions, `${prefix}.STREAM.${verb.toUpperCase()}.${stream}`),
    streamNames: (subject) =>
      pages("STREAM.NAMES", streamNamesAnswer, (reply) => reply.streams, subject === undefined ? {} : { subject }),
    streamList: async (mostPages) => {
      const missing = new Set<string>();
      const itemsOf = (reply: Page<StreamInfo>) => {
        for (const name of reply.missing ?? []) missing.add(name);
        return reply.streams;
      };
      const streams = await pages("STREAM.LIST", streamListAnswer, itemsOf, {}, mostPages);
      return { streams, missing: [...missing] };
    },
    streamInfo: (stream) => orMissing(read(`STREAM.INFO.${stream}`, streamInfoAnswer(stream)), STREAM_NOT_FOUND),
    subjectCounts: async (stream) => {
      const counts: number[] = [];
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const request = { subjects_filter: ">", offset: counts.length };
        const { state, total = 0 } = await read(`STREAM.INFO.${stream}`, subjectsAnswer, request);
        const more = Object.values(state.subjects ?? {});
        for (const count of more) counts.push(count);
        if (more.length === 0 || counts.length >= total) break;
      }
      return counts;
    },
    messagesBySubject: async (stream, filter) => {
      const { state, total } = await read(`STREAM.INFO.${stream}`, subjectsAnswer, { subjects_filter: filter });
      const subjects = state.subjects ?? {};
      return { subjects, total: total ?? Object.keys(subjects).length };
    },
    lastMessage: (stream, filter) => message(stream, { last_by_subj: filter }),
    deletedSequences: async (stream) => {
      const { state } = await read(`STREAM.INFO.${stream}`, deletedAnswer, { deleted_details: true });
      return state.deleted ?? [];
    },
    messageFrom: (stream, sequence) => message(stream, { seq: sequence, ...OR_NEXT }),
    messageSince: (stream, instant) => message(stream, { start_time: instant.toISOString(), ...OR_NEXT }),
    createStream: (config) => write(`STREAM.CREATE.${config.name}`, streamInfoAnswer(config.name), config),
    updateStream: (config) => write(`STREAM.UPDATE.${config.name}`, streamInfoAnswer(config.name), config),
    consumerList: async (stream) =>
      (await pages(`CONSUMER.LIST.${stream}`, consumerListAnswer, (reply) => reply.consumers)).map(withName),
    consumerInfo: async (stream, consumer) => {
      const reply = read(`CONSUMER.INFO.${stream}.${consumer}`, consumerInfoAnswer(stream, consumer));
      const info = await orMissing(reply, CONSUMER_NOT_FOUND, STREAM_NOT_FOUND);
      return info && withName(info);
    },
    writeConsumer: async (stream, config, action) => {
      const verb = `CONSUMER.CREATE.${stream}.${config.name}${filterToken(config)}`;
      const shape = consumerInfoAnswer(stream, config.name ?? "");
      return withName(await write(verb, shape, { stream_name: stream, config, action }));
    },
  };
}

/**
 * Adds the config's `name` if the server leaves it out. Before 2.12, a durable consumer that was made by
 * `CONSUMER.DURABLE.CREATE` only has a `durable_name`, also after an upgrade of the server. Both are the same name to
 * the server, and the requests that this project sends need it.
 */
function withName(info: ConsumerInfo): ConsumerInfo {
  const { name, durable_name = info.name } = info.config;
  return name ? info : { ...info, config: { ...info.config, name: durable_name } };
}

/**
 * The part of the request's subject that names a single filter. A user's permissions can then tell filters apart.
 * Without it the server answers 10131.
 */
function filterToken(config: ConsumerConfig): string {
  return config.filter_subject ? `.${config.filter_subject}` : "";
}

/** Turns an error with one of these codes into `undefined`. */
async function orMissing<Reply>(reply: Promise<Reply>, ...codes: number[]): Promise<Reply | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof BrokerError && error.code !== undefined && codes.includes(error.code)) return undefined;
    throw error;
  }
}
