import { errors } from "nats";
import { BrokerError, messageOf } from "../errors/broker-error.ts";
import { knownServerError, safeCause, safeMessageOf } from "../errors/server-text.ts";
import type { Credentials } from "./credentials.ts";
import { expiryOf } from "./credentials.ts";
import type { DialStage } from "./dial.ts";
import { type ConnectAttempt, codeOf, isHangUp, type Reason } from "./reason.ts";
import { tlsReason } from "./tls-error.ts";

/** A server that the client could not connect to. */
export interface FailedServer {
  /** The server's address. */
  where: string;
  cause: unknown;
  reached: DialStage;
}

/** One error for all servers that were tried. Its class is `auth` if one of them refused the login. */
export function connectError(failed: FailedServer[], attempt: ConnectAttempt): BrokerError {
  const reasons = failed.map((each) => ({ ...each, ...reasonOf(each, attempt) }));
  const [first] = reasons;
  if (!first) return new BrokerError("No broker to connect to: no server is given.", { class: "config" });
  const worst =
    reasons.find((each) => each.class === "auth") ?? reasons.find((each) => each.class !== "network") ?? first;
  const message = reasons.every(({ text }) => text === first.text)
    ? sameReasonText(reasons.map(({ where }) => where).join(", "), first)
    : `Cannot connect to any of the brokers: ${reasons.map(({ where, text }) => `at ${where}, ${text}`).join("; ")}.`;
  return new BrokerError(message, { class: worst.class, cause: safeCause(worst.cause) });
}

/** The sentence if all servers failed for the same reason. */
function sameReasonText(where: string, reason: Reason): string {
  if (reason.class === "auth") return `The broker at ${where} ${reason.text.replace(/^it /, "")}.`;
  return `Cannot connect to the broker at ${where}: ${reason.text}.`;
}

const UNKNOWN_ERROR = "it answered with an error that nats-server does not send, and that is not repeated here";

function reasonOf(failed: FailedServer, attempt: ConnectAttempt): Reason {
  const { cause } = failed;
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError) {
    return { class: "auth", text: loginRefusalText(messageOf(cause), attempt.credentials) };
  }
  if (cause instanceof errors.InvalidArgumentError) {
    return { class: "config", text: `an option cannot be used (${messageOf(cause)})` };
  }
  if (cause instanceof errors.ProtocolError) {
    const known = knownServerError(messageOf(cause));
    const text = known === undefined ? UNKNOWN_ERROR : `it answered "${known}"`;
    return { class: /^maximum .*exceeded$/.test(known ?? "") ? "limits" : "network", text };
  }
  if (failed.reached === "garbled") {
    return { class: "network", text: "it sent something that is not the protocol of NATS" };
  }
  if (failed.reached === "nats" && isHangUp(cause)) {
    // After the greeting, a refused login is the likely cause. Class auth makes the Lambda read rotated credentials
    // again.
    const text =
      "it closed the connection during the login: it may refuse the client certificate or the user, see its log";
    return { class: "auth", text };
  }
  return tlsReason(cause, attempt) ?? { class: "network", text: networkReason(failed, attempt) };
}

/**
 * Why the server refused the login, as far as the credentials tell. The server always says "Authorization Violation",
 * so that it does not help an attacker.
 */
function loginRefusalText(answer: string, credentials: Credentials): string {
  const { tls: _, ...login } = credentials;
  const known = knownServerError(answer);
  const said = known === undefined ? "" : ` (${known})`;
  if (Object.keys(login).length === 0) return `it refused to let in who gives no credentials${said}`;
  const expiry = login.creds === undefined ? undefined : expiryOf(login.creds);
  const why =
    expiry && expiry.getTime() <= Date.now()
      ? `the user's JWT expired at ${expiry.toISOString()}, have a new one made`
      : /expired/i.test(answer)
        ? "they have expired, have new ones made"
        : "check the user and its secret";
  return `it refused the credentials${said}: ${why}`;
}

function networkReason({ cause, reached }: FailedServer, { timeoutMs, tlsHandshakeFirst }: ConnectAttempt): string {
  const text = safeMessageOf(cause);
  const code = codeOf(cause);
  if (code === "ECONNREFUSED") return "connection refused, so nothing listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name does not resolve";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return "there is no route to it";
  if (cause instanceof errors.TimeoutError || code === "ETIMEDOUT") {
    const silent = tlsHandshakeFirst ? "it may not be a NATS server" : "it is no NATS server, or wants TLS first";
    return `no answer within ${timeoutMs} ms${reached === "something" ? `, though something listens there: ${silent}` : ""}`;
  }
  // The client throws a type or syntax error if the greeting is not what it expects.
  const isUnreadable = code === undefined && (cause instanceof TypeError || cause instanceof SyntaxError);
  if (/unexpected response/.test(text) || isUnreadable) return "what listens there is no NATS server";
  if (/does not support 'tls'/.test(text)) return "TLS is required here and the broker does not offer it";
  if (isHangUp(cause)) return "the connection was closed before the broker said hello";
  return text;
}
