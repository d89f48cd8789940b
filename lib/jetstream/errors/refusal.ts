import { errors } from "nats";
import type { Refusal } from "../answers.ts";
import { BrokerError } from "./broker-error.ts";
import { adviceOn, classOfCode } from "./error-codes.ts";
import { safeCause, safeMessageOf } from "./server-text.ts";

/**
 * How many characters of the server's text are repeated. Its longest text is a sentence with a name or a subject in it.
 */
const LONGEST_REASON = 1000;

/** Makes a BrokerError of the `error` in the server's answer. */
export function refusalError(error: Refusal, subject: string): BrokerError {
  const text = (error.description ?? "no reason given").slice(0, LONGEST_REASON);
  if (error.err_code === undefined) {
    return new BrokerError(`The server refused ${subject}: ${text}.`, { class: "unknown" });
  }
  const sentences = [`The server answered: ${text} (${error.err_code}).`, adviceOn(error.err_code) ?? ""];
  return new BrokerError(sentences.join(" ").trimEnd(), { class: classOfCode(error.err_code), code: error.err_code });
}

/** Makes a BrokerError of the error that the client throws if no answer comes. */
export function noAnswerError(cause: unknown, subject: string, timeout: number): BrokerError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const denied = [cause, inner].find((error) => error instanceof errors.PermissionViolationError);
  if (denied instanceof errors.PermissionViolationError) {
    const verb = denied.operation === "publish" ? "publish to" : "subscribe to";
    return new BrokerError(`The user may not ${verb} ${denied.subject}: allow it in the user's permissions.`, {
      class: "auth",
      cause: safeCause(cause),
    });
  }
  if (cause instanceof errors.InvalidArgumentError && /max_payload/.test(cause.message)) {
    const message = `${subject} was not sent: it is larger than a message may be on this server (max_payload).`;
    return new BrokerError(message, { class: "limits", cause });
  }
  if (cause instanceof errors.RequestError && cause.isNoResponders()) {
    return new BrokerError(
      `Nobody answers ${subject}: JetStream is not enabled on the server, or the domain or API prefix is wrong.`,
      { class: "unavailable", cause },
    );
  }
  if (cause instanceof errors.TimeoutError || inner instanceof errors.TimeoutError) {
    return new BrokerError(`No answer to ${subject} within ${Math.round(timeout)} ms.`, {
      class: "unavailable",
      answerLost: true,
      cause,
    });
  }
  return new BrokerError(`The connection broke before ${subject} was answered: ${safeMessageOf(cause)}.`, {
    class: "network",
    answerLost: true,
    cause: safeCause(cause),
  });
}
