import type { NatsConnection } from "nats";
import { checkedAnswer, notJson, type RequestHead, refusalAnswer } from "./answers.ts";
import { BrokerError } from "./errors/broker-error.ts";
import { isRetryable } from "./errors/error-codes.ts";
import { noAnswer, refused } from "./errors/refusal.ts";
import { decodeJson, encodeJson } from "./json.ts";
import type { Shape } from "./shape.ts";

export interface ApiOptions {
  /** The JetStream domain: requests go to `$JS.<domain>.API`. */
  domain?: string;
  /** The whole API prefix, for an imported account; instead of `domain`. Default `$JS.API`. */
  prefix?: string;
  /** Milliseconds to wait for one answer. Default 5000. */
  timeoutMs?: number;
  /** Epoch milliseconds after which nothing is sent and nothing waited for. */
  deadline?: number;
}

const DEFAULT_TIMEOUT_MS = 5000;
/** Waits between tries of a request that the server says may succeed later; leader elections take a second or two. */
const BACKOFF_MS = [100, 250, 500, 1000, 2000];

/** A request to the broker. */
export interface Request extends RequestHead {
  /** Sent as JSON. */
  body?: unknown;
}

/** Sends a request and gives its answer, in the shape that it must have. */
export type Send = <Answer>(request: Request, shape: Shape<Answer>) => Promise<Answer>;

/**
 * The choke point: every request to the broker goes through what this returns.
 *
 * @param requests counts what is sent, retries included
 */
export function sender(nc: NatsConnection, options: ApiOptions, requests: Record<"read" | "write", number>): Send {
  const brokerIsThere = pinger(nc, options);
  return async <Answer>(request: Request, shape: Shape<Answer>): Promise<Answer> => {
    const { subject, kind } = request;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const timeout = timeToAnswer(nc, subject, options);
        requests[kind] += 1;
        return await exchange(nc, request, shape, timeout);
      } catch (error) {
        const wait = BACKOFF_MS[attempt];
        if (error instanceof BrokerError && error.answerLost && !(await brokerIsThere())) throw error;
        if (!(error instanceof BrokerError) || wait === undefined || !mayRetry(error, kind, attempt)) throw error;
        if (timeLeft(options) <= wait) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
}

/**
 * Whether the broker itself still answers, asked where a request got no answer. It may be that one stream has no leader
 * now; but a broker that does not answer a ping either is gone without a word, and then each request that is left would
 * wait its time for nothing. So the connection is closed.
 */
function pinger(nc: NatsConnection, options: ApiOptions): () => Promise<boolean> {
  let asked: Promise<boolean> | undefined;
  return () => {
    const withinMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    // The deadline comes before the silence would be certain, and ends all waiting by itself.
    if (timeLeft(options) < withinMs) return Promise.resolve(!nc.isClosed());
    asked ??= answersPing(nc, withinMs).then(async (answers) => {
      if (answers) asked = undefined;
      else await nc.close();
      return answers;
    });
    return asked;
  };
}

async function answersPing(nc: NatsConnection, withinMs: number): Promise<boolean> {
  if (nc.isClosed()) return false;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const pong = nc.flush().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([pong, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** A read that got no answer is asked once more; a write is not: its caller reads what became of it first. */
function mayRetry(error: BrokerError, kind: "read" | "write", attempt: number): boolean {
  if (error.code !== undefined) return isRetryable(error.code);
  return error.answerLost && kind === "read" && attempt === 0;
}

function timeLeft(options: ApiOptions): number {
  return options.deadline === undefined ? Number.POSITIVE_INFINITY : options.deadline - Date.now();
}

/** Milliseconds. @throws BrokerError where the request is not even to be sent */
function timeToAnswer(nc: NatsConnection, subject: string, options: ApiOptions): number {
  const timeout = Math.min(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, timeLeft(options));
  if (timeout <= 0) {
    const message = `${subject} was not sent: the run's time is up.`;
    throw new BrokerError(message, { class: "unavailable", outOfTime: true });
  }
  if (nc.isClosed()) {
    const message = `${subject} was not sent: the broker had broken the connection, or stopped answering.`;
    throw new BrokerError(message, { class: "network" });
  }
  return timeout;
}

async function exchange<Answer>(
  nc: NatsConnection,
  request: Request,
  shape: Shape<Answer>,
  timeout: number,
): Promise<Answer> {
  const { subject, body } = request;
  const text = await answerText(nc, subject, body === undefined ? "" : encodeJson(body), timeout);
  let answer: unknown;
  try {
    answer = decodeJson(text);
  } catch {
    throw notJson(text, request);
  }
  const { error } = checkedAnswer(answer, refusalAnswer, request);
  if (error) throw refused(error, subject);
  return checkedAnswer(answer, shape, request);
}

async function answerText(nc: NatsConnection, subject: string, payload: string, timeout: number): Promise<string> {
  try {
    return (await nc.request(subject, payload, { timeout })).string();
  } catch (cause) {
    throw noAnswer(cause, subject, timeout);
  }
}
