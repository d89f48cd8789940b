import { errors } from "nats";
import type { ErrorClass } from "../errors/broker-error.ts";
import type { Credentials } from "./credentials.ts";

/** How the client tried to connect, as far as the sentences need it. */
export interface ConnectAttempt {
  credentials: Credentials;
  timeoutMs: number;
  tlsHandshakeFirst: boolean;
}

/** A reason, as the end of the sentence "Cannot connect to the broker at …:". With class `auth` it begins with "it". */
export interface Reason {
  class: ErrorClass;
  text: string;
}

/** Node's code of an error. The client wraps some errors, so their causes are searched too. */
export function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { code } = cause as { code?: unknown };
  return typeof code === "string" ? code : codeOf(cause.cause);
}

/**
 * Whether the server ended the connection without an error text. The client may then report a refused connection for
 * which Node has no error code.
 */
export function isHangUp(cause: unknown): boolean {
  const code = codeOf(cause);
  if (code === undefined)
    return cause instanceof errors.ConnectionError && /refused|undefined error/.test(cause.message);
  return code === "ECONNRESET" || code === "EPIPE";
}
