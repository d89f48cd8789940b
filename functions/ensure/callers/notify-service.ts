import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import { PlainError } from "../plain-error.ts";
import type { AnswerLine } from "../telemetry/log-lines.ts";
import { logFailure } from "../telemetry/log-result.ts";
import { logger } from "../telemetry/logger.ts";

/**
 * Limits of the SDK's clients: three quick tries. Without throwOnRequestTimeout the SDK only logs a warning and goes on
 * waiting.
 */
export const CLIENT_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** Milliseconds for a notification and its retries, if the function has that much time left. */
const LONGEST_MS = 10_000;

/** Milliseconds kept for the log and the metrics, which must record a notification that failed. */
const LAST_WORDS_MS = 50;

/** A message to a service that waits for the run's outcome. */
export interface ServiceNotification {
  /** The message as it follows "Cannot tell": `CodePipeline that job 1-2-3 succeeded`. */
  what: string;
  send(options: { abortSignal: AbortSignal }): Promise<unknown>;
  /** Names of the service's errors which mean that nobody waits for the notification any more. */
  nobodyWaits: string[];
  /** The permission that the function's role needs. */
  permission: string;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs: number;
}

/**
 * The function could not notify the service that waits. The failure is already in the log. Neither the log nor this
 * error contains the event.
 */
export class AnswerError extends PlainError {
  override readonly name = "AnswerError";
}

/**
 * Sends a notification within the time that the function has left.
 *
 * @throws AnswerError
 */
export async function notifyService(notification: ServiceNotification): Promise<void> {
  const { what, send, nobodyWaits, permission, remainingMs } = notification;
  const timeout = Math.max(1, Math.min(LONGEST_MS, remainingMs - LAST_WORDS_MS));
  const abortSignal = AbortSignal.timeout(timeout);
  try {
    await Promise.race([send({ abortSignal }), rejectOnAbort(abortSignal)]);
    logger.info(`Told ${what}.`, { event: "answer" } satisfies AnswerLine);
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    if (nobodyWaits.includes(name)) {
      // The service also answers so if an earlier try succeeded and its reply was lost, or if a user stopped the
      // pipeline.
      logger.warn(`Nobody waits to be told ${what} (${name}): somebody told it already, or gave it up.`, {
        event: "answer",
      } satisfies AnswerLine);
      return;
    }
    const sentence = `Cannot tell ${what}: ${reasonOf(cause, name, permission)}`;
    logFailure(/AccessDenied|token|signature|accesskey/i.test(name) ? "auth" : "unavailable", sentence);
    throw new AnswerError(sentence);
  }
}

/** Rejects when the signal aborts. The SDK checks the signal during a request, but not between two of its tries. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function reasonOf(cause: unknown, name: string, permission: string): string {
  if (name.startsWith("AccessDenied")) return `not allowed. Allow this function's role ${permission}.`;
  const text = messageOf(cause);
  if (/timeout|abort/i.test(name) || /timed? ?out|abort/i.test(text)) {
    return "no answer in time. In a VPC without internet access the function needs the service's interface endpoint.";
  }
  return `${name}: ${text}`;
}
