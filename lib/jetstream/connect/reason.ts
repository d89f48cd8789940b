import { errors } from "nats";
import type { ErrorClass } from "../errors/broker-error.ts";
import type { Credentials } from "./credentials.ts";

/** What the sentences need to know of how it was tried. */
export interface Tried {
  credentials: Credentials;
  timeoutMs: number;
  tlsHandshakeFirst: boolean;
}

/** A part of a sentence, after "Cannot connect to the broker at …:". Of class `auth`, it begins with "it". */
export interface Reason {
  class: ErrorClass;
  text: string;
}

/** Node's name of an error; the client wraps some. */
export function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { code } = cause as { code?: unknown };
  return typeof code === "string" ? code : codeOf(cause.cause);
}

/** The connection ended without a word. The client then makes up a refused connection, of which Node knows nothing. */
export function hungUp(cause: unknown): boolean {
  const code = codeOf(cause);
  if (code === undefined)
    return cause instanceof errors.ConnectionError && /refused|undefined error/.test(cause.message);
  return code === "ECONNRESET" || code === "EPIPE";
}
