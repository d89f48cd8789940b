import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats";
import { BrokerError } from "../errors/broker-error.ts";

/** How to log in. Texts, never paths. At most one of `creds`, `nkey`, `token`, `user`; `tls` goes with any. */
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
 * What answers the server's question who is there; `undefined` where nobody is to be named.
 *
 * @throws BrokerError of class `auth` where the creds or the nkey cannot be read
 */
export function authenticatorFor(credentials: Credentials): Authenticator | undefined {
  const { creds, nkey, token, user, password } = credentials;
  if (creds !== undefined) {
    return readable(credsAuthenticator(bytes(credsText(creds))), "creds", "the text of a .creds file, JWT and seed");
  }
  if (nkey !== undefined) {
    return readable(nkeyAuthenticator(bytes(nkey.trim())), "nkey", "the seed of a user, one word that begins with SU");
  }
  if (token !== undefined) return tokenAuthenticator(token);
  if (user !== undefined) return usernamePasswordAuthenticator(user, password);
  return undefined;
}

/** When the user's JWT in a `.creds` text expires; `undefined` if never, or if there is none to be read. */
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

/** The client finds nothing in a text with Windows line ends, or without a line end after its last line. */
function credsText(creds: string): string {
  return `${creds.replaceAll("\r\n", "\n").trim()}\n`;
}

/** Asked once beforehand, without a nonce to sign: else a wrong text fails amid the connecting, as another error. */
function readable(authenticator: Authenticator, name: string, expected: string): Authenticator {
  try {
    authenticator();
  } catch {
    // Without the cause: nothing of it is worth the risk that it cites the text.
    throw new BrokerError(`The ${name} cannot be read: expected ${expected}.`, { class: "auth" });
  }
  return authenticator;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
