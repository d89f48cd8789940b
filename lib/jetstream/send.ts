import type { NatsConnection } from "nats";
import { checkedAnswer, notJsonError, type RequestHead, refusalAnswer } from "./answers.ts";
import { BrokerError } from "./errors/broker-error.ts";
import { isRetryable } from "./errors/error-codes.ts";
import { noAnswerError, refusalError } from "./errors/refusal.ts";
import { decodeJson, encodeJson } from "./json.ts";
import type { Shape } from "./shape.ts";

export interface ApiOptions {
  /** The JetStream domain: requests go to `$JS.<domain>.API`. */
  domain?: string;
  /** The whole API prefix of an imported account. It replaces `domain`. Default `$JS.API`. */
  prefix?: string;
  /** Milliseconds to wait for one answer. Default 5000. */
  timeoutMs?: number;
  /** The time after which the API neither sends a request nor waits for an answer, in epoch milliseconds. */
  deadline?: number;
}

const DEFAULT_TIMEOUT_MS = 5000;
/**
 * The waits before a request is sent again if the server says that it may succeed later. An election takes 1 s or 2 s.
 */
const BACKOFF_MS = [100, 250, 500, 1000, 2000];

/** A request to the broker. */
export interface ApiRequest extends RequestHead {
  /** The content, which is sent as JSON. */
  body?: unknown;
}

/** Sends a request, and checks the shape of its answer. */
export type Send = <Answer>(request: ApiRequest, shape: Shape<Answer>) => Promise<Answer>;

/**
 * Makes the function that sends every request to the broker.
 *
 * @param requests counts what is sent, retries included
 */
export function sender(nc: NatsConnection, options: ApiOptions, requests: Record<"read" | "write", number>): Send {
  const brokerAnswersPing = pinger(nc, options);
  return async <Answer>(request: ApiRequest, shape: Shape<Answer>): Promise<Answer> => {
    const { subject, kind } = request;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const timeout = timeToAnswer(nc, subject, options);
        requests[kind] += 1;
        return await exchange(nc, request, shape, timeout);
      } catch (error) {
        const wait = BACKOFF_MS[attempt];
        if (error instanceof BrokerError && error.answerLost && !(await brokerAnswersPing())) throw error;
        if (!(error instanceof BrokerError) || wait === undefined || !mayRetry(error, kind, attempt)) throw error;
        if (timeLeft(options) <= wait) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
}

/**
 * Checks with a ping whether the broker still answers, after a request got no answer. If the ping is answered, perhaps
 * one stream has no leader now. If not, the broker is gone, and every further request would wait in vain until its
 * timeout. So the connection is closed.
 */
function pinger(nc: NatsConnection, options: ApiOptions): () => Promise<boolean> {
  let ping: Promise<boolean> | undefined;
  return () => {
    const withinMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    // The deadline comes before the ping can time out, and it ends all waits anyway.
    if (timeLeft(options) < withinMs) return Promise.resolve(!nc.isClosed());
    ping ??= answersPing(nc, withinMs).then(async (answers) => {
      if (answers) ping = undefined;
      else await nc.close();
      return answers;
    });
    return ping;
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

/** A read without an answer is sent once more. A write is not, because its caller first reads what became of it. */
function mayRetry(error: BrokerError, kind: "read" | "write", attempt: number): boolean {
  if (error.code !== undefined) return isRetryable(error.code);
  return error.answerLost && kind === "read" && attempt === 0;
}

function timeLeft(options: ApiOptions): number {
  return options.deadline === undefined ? Number.POSITIVE_INFINITY : options.deadline - Date.now();
}

/**
 * How long to wait for an answer, in milliseconds.
 *
 * @throws BrokerError if the request must not be sent at all
 */
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
  request: ApiRequest,
  shape: Shape<Answer>,
  timeout: number,
): Promise<Answer> {
  const { subject, body } = request;
  const text = await answerText(nc, subject, body === undefined ? "" : encodeJson(body), timeout);
  let answer: unknown;
  try {
    answer = decodeJson(text);
  } catch {
    throw notJsonError(text, request);
  }
  const { error } = checkedAnswer(answer, refusalAnswer, request);
  if (error) throw refusalError(error, subject);
  return checkedAnswer(answer, shape, request);
}

async function answerText(nc: NatsConnection, subject: string, payload: string, timeout: number): Promise<string> {
  try {
    return (await nc.request(subject, payload, { timeout })).string();
  } catch (cause) {
    throw noAnswerError(cause, subject, timeout);
  }
}
