import { setTimeout as sleep } from "node:timers/promises";
import { errors, type Msg, type NatsConnection } from "nats";
import { decodeJson } from "../../lib/jetstream/json.ts";

/** What the server answers, as it is: tests read the fields they are about. */
// biome-ignore lint/suspicious/noExplicitAny: the point of it is to look at raw answers, which have no one shape.
export type RawAnswer = Record<string, any>;

/** The server refused a request of a test. */
export class RawApiError extends Error {
  readonly errCode: number;

  constructor(subject: string, error: { err_code?: number; description?: string }) {
    super(`${subject}: ${error.description} (${error.err_code})`);
    this.errCode = error.err_code ?? 0;
  }
}

/** The server could not make a stream's store. */
export const CREATE_FAILED = 10049;
const CREATE_TRIES = 20;
const BETWEEN_TRIES_MS = 100;

/**
 * A JetStream API request past everything that is tested: to make what a run finds, and to see what it left.
 *
 * With an account's last stream the server removes the account's folder, sometimes from under the next stream that is
 * made (stream.go, stop); and in a cluster a member that has only just heard of an account cannot always make its first
 * store at once. A create that fails for that is sent again, for two seconds.
 *
 * @param subject without `$JS.API.`: `STREAM.CREATE.ORDERS`.
 * @throws RawApiError when the server refuses it.
 */
export async function api(nc: NatsConnection, subject: string, body?: unknown): Promise<RawAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request(nc, subject, body);
    } catch (error) {
      const isTried = !subject.startsWith("STREAM.CREATE.") || attempt === CREATE_TRIES;
      if (isTried || !(error instanceof RawApiError) || error.errCode !== CREATE_FAILED) throw error;
      await sleep(BETWEEN_TRIES_MS);
    }
  }
}

/** The same, once. */
export async function request(
  nc: NatsConnection,
  subject: string,
  body?: unknown,
  timeout = 10_000,
): Promise<RawAnswer> {
  const message = await nc.request(`$JS.API.${subject}`, body === undefined ? "" : JSON.stringify(body), { timeout });
  const answer = decodeJson(message.string()) as RawAnswer;
  if (answer.error) throw new RawApiError(subject, answer.error);
  return answer;
}

/** Stores `count` messages on a subject, each confirmed by its stream. */
export async function publish(nc: NatsConnection, subject: string, count: number, payload = "x"): Promise<void> {
  for (let i = 0; i < count; i++) {
    const message = await untilHeard(() => nc.request(subject, payload, { timeout: 10_000 }));
    const answer = message.json<{ error?: { err_code?: number; description?: string } }>();
    if (answer.error) throw new RawApiError(subject, answer.error);
  }
}

const HEARD_WITHIN_MS = 20_000;

/**
 * Sends again what met nobody. In a cluster a member may hear of the subjects of a new stream, or consumer, a moment
 * after its create was answered: measured on 2.15.2 under load, of 2 in 340 new streams all of the first 60 messages
 * were lost, and one of eight new consumers did not hear the first pull request.
 */
export async function untilHeard(send: () => Promise<Msg>): Promise<Msg> {
  for (const end = performance.now() + HEARD_WITHIN_MS; ; await sleep(BETWEEN_TRIES_MS)) {
    try {
      return await send();
    } catch (error) {
      const metNobody = error instanceof errors.RequestError && error.isNoResponders();
      if (!metNobody || performance.now() > end) throw error;
    }
  }
}
