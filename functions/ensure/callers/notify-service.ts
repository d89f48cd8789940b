import { messageOf } from "../../../lib/jetstream/errors/broker-error.ts";
import { PlainError } from "../plain-error.ts";
import type { AnswerLine } from "../telemetry/log-lines.ts";
import { logFailure } from "../telemetry/log-result.ts";
import { logger } from "../telemetry/logger.ts";

/** Of the SDK's clients: three quick tries. Without throwOnRequestTimeout the SDK merely warns, and waits on. */
export const CLIENT_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** Milliseconds for all of an answer, retries included, where the function has that much time left. */
const LONGEST_MS = 10_000;

/** Milliseconds kept for the log and the metrics, in which an answer that was not given must be. */
const LAST_WORDS_MS = 50;

export interface Answer {
  /** As in "Cannot tell …": `CodePipeline that job 1-2-3 succeeded`. */
  what: string;
  send(options: { abortSignal: AbortSignal }): Promise<unknown>;
  /** Names of errors that say that nobody waits for the answer any more. */
  over: string[];
  /** What the function's role needs. */
  permission: string;
  /** Milliseconds until Lambda ends the invocation. */
  remainingMs: number;
}

/** The service that waits could not be told. It was logged; the event is in neither the log nor the error. */
export class AnswerError extends PlainError {
  override readonly name = "AnswerError";
}

/** @throws AnswerError */
export async function give(answer: Answer): Promise<void> {
  const timeout = Math.max(1, Math.min(LONGEST_MS, answer.remainingMs - LAST_WORDS_MS));
  const abortSignal = AbortSignal.timeout(timeout);
  try {
    await Promise.race([answer.send({ abortSignal }), aborted(abortSignal)]);
    logger.info(`Told ${answer.what}.`, { event: "answer" } satisfies AnswerLine);
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    if (answer.over.includes(name)) {
      // A try whose reply was lost has this answer too, as has a pipeline that was stopped meanwhile.
      logger.warn(`Nobody waits to be told ${answer.what} (${name}): somebody told it already, or gave it up.`, {
        event: "answer",
      } satisfies AnswerLine);
      return;
    }
    const sentence = `Cannot tell ${answer.what}: ${reasonOf(cause, name, answer.permission)}`;
    logFailure(/AccessDenied|token|signature|accesskey/i.test(name) ? "auth" : "unavailable", sentence);
    throw new AnswerError(sentence);
  }
}

/** The SDK looks at the signal only while it has a request under way, not between two of its tries. */
function aborted(signal: AbortSignal): Promise<never> {
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
