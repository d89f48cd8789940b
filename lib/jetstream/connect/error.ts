import { errors } from "nats";
import { BrokerError, messageOf } from "../errors/broker-error.ts";
import { knownServerError, safeCause, safeMessageOf } from "../errors/server-text.ts";
import type { Credentials } from "./credentials.ts";
import { expiryOf } from "./credentials.ts";
import type { Reached } from "./dial.ts";
import { codeOf, hungUp, type Reason, type Tried } from "./reason.ts";
import { tlsReason } from "./tls-error.ts";

export interface FailedServer {
  where: string;
  cause: unknown;
  reached: Reached;
}

/** One sentence for all servers that were tried: of class `auth` if one of them refused the login. */
export function connectError(failed: FailedServer[], tried: Tried): BrokerError {
  const reasons = failed.map((each) => ({ ...each, ...reasonOf(each, tried) }));
  const [first] = reasons;
  if (!first) return new BrokerError("No broker to connect to: no server is given.", { class: "config" });
  const worst =
    reasons.find((each) => each.class === "auth") ?? reasons.find((each) => each.class !== "network") ?? first;
  const message = reasons.every(({ text }) => text === first.text)
    ? atAll(reasons.map(({ where }) => where).join(", "), first)
    : `Cannot connect to any of the brokers: ${reasons.map(({ where, text }) => `at ${where}, ${text}`).join("; ")}.`;
  return new BrokerError(message, { class: worst.class, cause: safeCause(worst.cause) });
}

function atAll(where: string, reason: Reason): string {
  if (reason.class === "auth") return `The broker at ${where} ${reason.text.replace(/^it /, "")}.`;
  return `Cannot connect to the broker at ${where}: ${reason.text}.`;
}

const UNKNOWN_ERROR = "it answered with an error that nats-server does not send, and that is not repeated here";

function reasonOf(failed: FailedServer, tried: Tried): Reason {
  const { cause } = failed;
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError) {
    return { class: "auth", text: refusal(messageOf(cause), tried.credentials) };
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
  if (failed.reached === "nats" && hungUp(cause)) {
    // Of class auth, so that credentials that were rotated are read anew: after a hello, hardly anything else is left.
    const text =
      "it closed the connection during the login: it may refuse the client certificate or the user, see its log";
    return { class: "auth", text };
  }
  return tlsReason(cause, tried) ?? { class: "network", text: networkReason(failed, tried) };
}

/** The server says "Authorization Violation" whatever is wrong, lest it help who guesses. */
function refusal(answer: string, credentials: Credentials): string {
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

function networkReason({ cause, reached }: FailedServer, { timeoutMs, tlsHandshakeFirst }: Tried): string {
  const text = safeMessageOf(cause);
  const code = codeOf(cause);
  if (code === "ECONNREFUSED") return "connection refused, so nothing listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name does not resolve";
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return "there is no route to it";
  if (cause instanceof errors.TimeoutError || code === "ETIMEDOUT") {
    const silent = tlsHandshakeFirst ? "it may not be a NATS server" : "it is no NATS server, or wants TLS first";
    return `no answer within ${timeoutMs} ms${reached === "something" ? `, though something listens there: ${silent}` : ""}`;
  }
  // Of a greeting that is not what it expects, the client makes a type or syntax error.
  const isUnreadable = code === undefined && (cause instanceof TypeError || cause instanceof SyntaxError);
  if (/unexpected response/.test(text) || isUnreadable) return "what listens there is no NATS server";
  if (/does not support 'tls'/.test(text)) return "TLS is required here and the broker does not offer it";
  if (hungUp(cause)) return "the connection was closed before the broker said hello";
  return text;
}
