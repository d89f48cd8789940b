import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats";
import { BrokerError } from "../errors/broker-error.ts";

/** How to log in, as texts and not as paths. At most one of `creds`, `nkey`, `token`, `user`; `tls` goes with any. */
export interface Credentials {
  /** The text of a `.creds` file (JWT and nkey seed). */
  creds?: string;
  /** An nkey seed (`SU…`). */
  nkey?: string;
  user?: string;
  password?: string;
  token?: string;
  /** PEM texts: the CA to trust, and a client certificate with its key. */
  tls?: { ca?: string; cert?: string; key?: string };
}

/**
 * The client's authenticator for these credentials. `undefined` if they name no user.
 *
 * @throws BrokerError of class `auth` if the creds or the nkey cannot be read
 */
export function authenticatorFor(credentials: Credentials): Authenticator | undefined {
  const { creds, nkey, token, user, password } = credentials;
  if (creds !== undefined) {
    return checkReadable(
      credsAuthenticator(bytes(credsText(creds))),
      "creds",
      "the text of a .creds file, JWT and seed",
    );
  }
  if (nkey !== undefined) {
    return checkReadable(
      nkeyAuthenticator(bytes(nkey.trim())),
      "nkey",
      "the seed of a user, one word that begins with SU",
    );
  }
  if (token !== undefined) return tokenAuthenticator(token);
  if (user !== undefined) return usernamePasswordAuthenticator(user, password);
  return undefined;
}

/** When the user's JWT in a `.creds` text expires. `undefined` if it never expires or cannot be read. */
export function expiryOf(creds: string): Date | undefined {
  const claims = /BEGIN NATS USER JWT-+\s+[\w-]+\.([\w-]+)\.[\w-]+\s/.exec(creds)?.[1];
  if (claims === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" && exp > 0 ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}

/** Corrects line ends. The client finds no JWT in a text with Windows line ends, or without a line end at its end. */
function credsText(creds: string): string {
  return `${creds.replaceAll("\r\n", "\n").trim()}\n`;
}

/**
 * Calls the authenticator once, without a nonce to sign. Otherwise a wrong text fails later, as an error of connecting.
 */
function checkReadable(authenticator: Authenticator, name: string, expected: string): Authenticator {
  try {
    authenticator();
  } catch {
    // The error has no cause, because the cause may quote the secret text.
    throw new BrokerError(`The ${name} cannot be read: expected ${expected}.`, { class: "auth" });
  }
  return authenticator;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
