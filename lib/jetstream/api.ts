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
import { mayPublish, type PublishPermissions } from "./permissions.ts";
import { type ApiOptions, sender } from "./send.ts";
import type { Shape } from "./shape.ts";
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

/** What the server says of the user who asks. */
export interface UserFacts {
  account?: string | undefined;
  publish?: PublishPermissions | undefined;
}

/** The requests this project sends, and no others. Names are the server's verbs. */
export interface JetStreamApi {
  /** What was sent so far, retries included. */
  readonly requests: { read: number; write: number };
  accountInfo(): Promise<AccountInfo>;
  /** Who the user is; nothing where the user may not ask. Servers before 2.10 do not know the request. */
  user(): Promise<UserFacts>;
  /** Whether a user with these permissions may send the write of a stream. */
  mayWrite(permissions: PublishPermissions | undefined, verb: "create" | "update", stream: string): boolean;
  /** All of them, page after page; with a subject, those that have one which overlaps it. */
  streamNames(subject?: string): Promise<string[]>;
  /**
   * All of them, page after page, or those on the first pages. In a cluster a stream that did not answer in time is
   * `missing`.
   */
  streamList(mostPages?: number): Promise<{ streams: StreamInfo[]; missing: string[] }>;
  streamInfo(stream: string): Promise<StreamInfo | undefined>;
  /** How many messages each subject of a stream holds, without the subjects. */
  subjectCounts(stream: string): Promise<number[]>;
  /** How many messages each subject holds that a filter covers, on the first page; and how many subjects there are. */
  messagesBySubject(stream: string, filter: string): Promise<{ subjects: Record<string, number>; total: number }>;
  /** The last message on the subjects that a filter covers. Its payload comes along. */
  lastMessage(stream: string, filter: string): Promise<StoredMessage | undefined>;
  /** The sequences that a stream no longer holds, between its first and its last. As many numbers as there are gaps. */
  deletedSequences(stream: string): Promise<Int64[]>;
  /** The first message from a sequence on. Its payload comes along: no request leaves it out. */
  messageFrom(stream: string, sequence: Int64): Promise<StoredMessage | undefined>;
  /** The first message stored at or after an instant. Only from API level 1 on (2.11): older servers answer the first. */
  messageSince(stream: string, instant: Date): Promise<StoredMessage | undefined>;
  createStream(config: StreamConfig): Promise<StreamInfo>;
  updateStream(config: StreamConfig): Promise<StreamInfo>;
  consumerList(stream: string): Promise<ConsumerInfo[]>;
  consumerInfo(stream: string, consumer: string): Promise<ConsumerInfo | undefined>;
  /** 2.9 ignores `action` and its "update" of a missing consumer creates it: read before. */
  writeConsumer(stream: string, config: ConsumerConfig, action: "create" | "update"): Promise<ConsumerInfo>;
}

/** Server's bound on pages; a list that grows while it is read must still end. */
const MAX_PAGES = 1000;

/** With a subject the server looks for the next message; without it, for that very one. */
const OR_NEXT = { next_by_subj: ">" };

/**
 * The one place that sends a JetStream API request.
 *
 * @param requests counts what is sent; default: a count of its own. A run that connects a second time goes on counting.
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
 * Adds the config's `name` where the server leaves it out: before 2.12, a durable that was made by
 * `CONSUMER.DURABLE.CREATE` has a `durable_name` alone, and keeps it so through an upgrade of the server. The two are
 * one name to the server, and the requests that this project sends need it.
 */
function withName(info: ConsumerInfo): ConsumerInfo {
  const { name, durable_name = info.name } = info.config;
  return name ? info : { ...info, config: { ...info.config, name: durable_name } };
}

/** A single filter is part of the subject, so that a user's permissions can tell filters apart (10131 without it). */
function filterToken(config: ConsumerConfig): string {
  return config.filter_subject ? `.${config.filter_subject}` : "";
}

async function orMissing<Reply>(reply: Promise<Reply>, ...codes: number[]): Promise<Reply | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof BrokerError && error.code !== undefined && codes.includes(error.code)) return undefined;
    throw error;
  }
}
