import { setTimeout as sleep } from "node:timers/promises";
import { errors, type NatsConnection } from "nats";
import pLimit from "p-limit";
import { STREAM_NOT_FOUND } from "../../../lib/jetstream/errors/error-codes.ts";
import type { ConsumerConfig } from "../../../lib/jetstream/types.ts";
import { api, type RawAnswer, RawApiError } from "../../support/raw.ts";
import type { Pair } from "./pair.ts";

/** Longer than the shortest age that is declared (100 ms), so that it is over for every message. */
const WAIT_MS = 150;

/** What expires at all does so within a small part of it. */
const EXPIRY_MS = 500;

const AT_ONCE = pLimit(32);

/** Makes what is live, and tells why not where the server does not take it. */
export async function makeLive(nc: NatsConnection, pairs: Pair[]): Promise<(string | undefined)[]> {
  const refusals = await Promise.all(pairs.map((pair) => AT_ONCE(() => makeOne(nc, pair))));
  await sleep(WAIT_MS);
  return refusals;
}

async function makeOne(nc: NatsConnection, { live }: Pair): Promise<string | undefined> {
  const { name } = live.stream;
  try {
    const { config } = await api(nc, `STREAM.CREATE.${name}`, live.stream);
    for (const consumer of live.consumers) await createConsumer(nc, name, consumer);
    await Promise.all(live.messages.map(([subject, bytes]) => store(nc, subject, "x".repeat(bytes))));
    if (Object.keys(live.afterwards).length > 0)
      await api(nc, `STREAM.UPDATE.${name}`, { ...config, ...live.afterwards });
    return undefined;
  } catch (error) {
    if (error instanceof RawApiError) return error.message;
    throw error;
  }
}

/** Refused ones (a limit that refuses new messages, their size, a subject that nobody has) are part of the game. */
async function store(nc: NatsConnection, subject: string, payload: string): Promise<void> {
  await nc.request(subject, payload, { timeout: 10_000 }).catch((error) => {
    if (!(error instanceof errors.RequestError && error.isNoResponders())) throw error;
  });
}

function createConsumer(nc: NatsConnection, stream: string, config: ConsumerConfig): Promise<RawAnswer> {
  const filter = config.filter_subject ? `.${config.filter_subject}` : "";
  const request = { stream_name: stream, config };
  return api(nc, `CONSUMER.CREATE.${stream}.${config.name}${filter}`, request);
}

/** What a stream, or a consumer of it, is now. */
export interface Now {
  messages: number;
  config: RawAnswer;
}

/** How many messages each stream holds; -1 where there is no stream any more. */
export async function messagesIn(nc: NatsConnection, pairs: Pair[]): Promise<number[]> {
  return Promise.all(
    pairs.map(({ live }) =>
      AT_ONCE(async () => {
        const info = await api(nc, `STREAM.INFO.${live.stream.name}`).catch((error: RawApiError) => error);
        if (!(info instanceof RawApiError)) return info.state.messages;
        if (info.errCode !== STREAM_NOT_FOUND) throw info;
        return -1;
      }),
    ),
  );
}

/**
 * What is there, once the server has removed what is older than an age that was just lowered to less than it: it does so
 * in its own time, and what a plan says moves with what is stored.
 */
export async function lookWhenExpired(nc: NatsConnection, pairs: Pair[]): Promise<Now[]> {
  for (let last = await look(nc, pairs); ; ) {
    if (!last.some(({ config }) => config.max_age > 0 && config.max_age < WAIT_MS * 1e6)) return last;
    await sleep(EXPIRY_MS);
    const next = await look(nc, pairs);
    if (next.every(({ messages }, at) => messages === last[at]?.messages)) return next;
    last = next;
  }
}

export async function look(nc: NatsConnection, pairs: Pair[]): Promise<Now[]> {
  return Promise.all(
    pairs.map(({ id, live }) =>
      AT_ONCE(async () => {
        const { name } = live.stream;
        const stream = await api(nc, `STREAM.INFO.${name}`);
        const messages: number = stream.state.messages;
        if (!id.startsWith("consumer/")) return { messages, config: stream.config };
        const { config } = await api(nc, `CONSUMER.INFO.${name}.c`);
        return { messages, config };
      }),
    ),
  );
}
