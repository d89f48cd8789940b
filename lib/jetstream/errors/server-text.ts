import { errors } from "nats";
import { messageOf } from "./broker-error.ts";

/**
 * Decides which texts of a server a message may repeat. A server's error (`-ERR`) may be any text: a proxy, a gateway
 * or a server of another kind may send back what it received, including the login with its password.
 */

/** The errors that nats-server sends to a client (client.go, errors.go). */
const KNOWN_ERRORS = [
  "Authorization Violation",
  "User Authentication Expired",
  "User Authentication Revoked",
  "Account Authentication Expired",
  "Authentication Timeout",
  "Failed Account Registration",
  "maximum account active connections exceeded",
  "maximum connections exceeded",
  "maximum subscriptions exceeded",
  "Maximum Payload Violation",
  "maximum payload exceeded",
  "Maximum Control Line Exceeded",
  "Secure Connection - TLS Required",
  "Stale Connection",
  "Unknown Protocol Operation",
  "Invalid Client Protocol",
  "Invalid Publish Subject",
  "Invalid Subject",
  "Connection throttling is active. Please try again later.",
  "proxy is not trusted",
  "proxy connection required",
  "attempted to connect to route port",
  "attempted to connect to gateway port",
  "attempted to connect to leaf node port",
];

/** The client's errors whose message is the server's own text. */
const WITH_SERVER_TEXT = [
  errors.AuthorizationError,
  errors.UserAuthenticationExpiredError,
  errors.PermissionViolationError,
  errors.ProtocolError,
];

/** The known error in a server's text, as written in this list. `undefined` for any other text. */
export function knownServerError(text: string): string | undefined {
  const lower = text.toLowerCase();
  return KNOWN_ERRORS.find((known) => lower.includes(known.toLowerCase()));
}

/** What a message may say about an error of the client. It quotes a server's text only if that is a known error. */
export function safeMessageOf(cause: unknown): string {
  const serverText = serverTextIn(cause);
  if (serverText === undefined) return messageOf(cause);
  const known = knownServerError(serverText);
  return known === undefined ? "the server sent an error that is not a known one" : `the server answered "${known}"`;
}

/**
 * The error, for use as the cause of another one. `undefined` if a server's text is in it: programs print an error
 * together with its causes.
 */
export function safeCause(cause: unknown): unknown {
  return serverTextIn(cause) === undefined ? cause : undefined;
}

function serverTextIn(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if (WITH_SERVER_TEXT.some((kind) => cause instanceof kind)) return cause.message;
  // The message of a SyntaxError quotes the text that is not JSON.
  if (cause instanceof SyntaxError) return cause.message;
  return serverTextIn(cause.cause);
}
