import type { NatsConnection } from "nats";
import { isRetryable } from "./error-codes.ts";
import { BrokerError } from "./errors.ts";
import { decodeJson, encodeJson } from "./json.ts";
import { noAnswer, refused } from "./refusal.ts";

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

/** Sends a request and gives its answer; the request's body is JSON. */
export type Send = <Reply>(subject: string, kind: "read" | "write", body?: unknown) => Promise<Reply>;

/**
 * The choke point: every request to the broker goes through what this returns.
 *
 * @param requests counts what is sent, retries included
 */
export function sender(nc: NatsConnection, options: ApiOptions, requests: Record<"read" | "write", number>): Send {
  return async <Reply>(subject: string, kind: "read" | "write", body?: unknown): Promise<Reply> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        requests[kind] += 1;
        return await exchange<Reply>(nc, subject, body, options);
      } catch (error) {
        const wait = BACKOFF_MS[attempt];
        if (!(error instanceof BrokerError) || wait === undefined || !mayRetry(error, kind, attempt)) throw error;
        if (timeLeft(options) <= wait) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };
}

/** A read that got no answer is asked once more; a write is not: its caller reads what became of it first. */
function mayRetry(error: BrokerError, kind: "read" | "write", attempt: number): boolean {
  if (error.code !== undefined) return isRetryable(error.code);
  return error.answerLost && kind === "read" && attempt === 0;
}

function timeLeft(options: ApiOptions): number {
  return options.deadline === undefined ? Number.POSITIVE_INFINITY : options.deadline - Date.now();
}

async function exchange<Reply>(nc: NatsConnection, subject: string, body: unknown, options: ApiOptions) {
  const timeout = Math.min(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, timeLeft(options));
  if (timeout <= 0) {
    throw new BrokerError(`${subject} was not sent: the run's time is up.`, { class: "unavailable" });
  }
  let reply: unknown;
  try {
    const message = await nc.request(subject, body === undefined ? "" : encodeJson(body), { timeout });
    reply = decodeJson(message.string());
  } catch (cause) {
    throw noAnswer(cause, subject, timeout);
  }
  const error = (reply as { error?: { err_code?: number; description?: string } }).error;
  if (error) throw refused(error, subject);
  return reply as Reply;
}
