import {
  type Authenticator,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  nkeyAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats";
import { BrokerError, messageOf } from "./errors.ts";

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

export interface ConnectOptions {
  servers: string[];
  credentials?: Credentials;
  /**
   * TLS or nothing. Default: true where a server's URL says `tls://` or a TLS credential is given, because the client
   * by itself connects in plaintext to a plaintext server whatever the URL says.
   */
  tls?: boolean;
  /** TLS before the server's INFO, for servers with `handshake_first`. */
  tlsHandshakeFirst?: boolean;
  /** How the server lists this connection. Default `jetstream-ensure`. */
  name?: string;
  /** Milliseconds for each server that is tried. Default 5000. */
  timeoutMs?: number;
  /** For users who may subscribe to nothing else, e.g. `_INBOX_topology`. Default `_INBOX`. */
  inboxPrefix?: string;
}

/**
 * Connects once, to the first server that answers: a run is short, so a lost connection ends it with a report rather
 * than waiting for a reconnect.
 *
 * @throws BrokerError of class `auth` (refused, or unreadable credentials) or `network` (nobody answered, TLS failed)
 */
export async function connectBroker(options: ConnectOptions): Promise<NatsConnection> {
  const servers = options.servers.map(withoutUserInfo);
  try {
    return await connect(connectionOptions({ ...options, servers }));
  } catch (cause) {
    throw connectError(cause, servers.join(", "), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }
}

const DEFAULT_TIMEOUT_MS = 5000;

function connectionOptions(options: ConnectOptions): ConnectionOptions {
  const { credentials = {} } = options;
  const authenticator = authenticatorFor(credentials);
  const tls = tlsFor(options);
  return {
    servers: options.servers,
    name: options.name ?? "jetstream-ensure",
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
    ...(authenticator ? { authenticator } : {}),
    ...(tls ? { tls } : {}),
  };
}

function authenticatorFor(credentials: Credentials): Authenticator | undefined {
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (credentials.creds !== undefined) return credsAuthenticator(bytes(credentials.creds));
  if (credentials.nkey !== undefined) return nkeyAuthenticator(bytes(credentials.nkey.trim()));
  if (credentials.token !== undefined) return tokenAuthenticator(credentials.token);
  if (credentials.user !== undefined) return usernamePasswordAuthenticator(credentials.user, credentials.password);
  return undefined;
}

function tlsFor(options: ConnectOptions): TlsOptions | undefined {
  const given = options.credentials?.tls;
  const required = options.tls ?? (given !== undefined || options.servers.some((server) => server.startsWith("tls:")));
  if (!required && !options.tlsHandshakeFirst) return undefined;
  return { ...given, ...(options.tlsHandshakeFirst ? { handshakeFirst: true } : {}) };
}

/** `nats://user:secret@host` must not reach a message; the client ignores the user part anyway. */
function withoutUserInfo(server: string): string {
  return server.trim().replace(/^([a-z]+:\/\/)?[^/]*@/i, "$1");
}

function connectError(cause: unknown, where: string, timeoutMs: number): BrokerError {
  const text = messageOf(cause);
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError) {
    const what = /expired/i.test(text) ? "says that the credentials have expired" : "refused the credentials";
    return new BrokerError(`The broker at ${where} ${what} (${text}): check the user and its secret.`, {
      class: "auth",
      cause,
    });
  }
  if (/unable to parse credentials|nkeys|seed|checksum|base32/i.test(text)) {
    return new BrokerError("The credentials cannot be read: expected the text of a .creds file or an nkey seed.", {
      class: "auth",
      cause,
    });
  }
  if (/bad certificate|certificate required|unknown ca|alert/i.test(text)) {
    return new BrokerError(`The broker at ${where} refused the client certificate (${text}).`, {
      class: "auth",
      cause,
    });
  }
  return new BrokerError(`Cannot connect to the broker at ${where}: ${networkReason(text, timeoutMs)}.`, {
    class: "network",
    cause,
  });
}

function networkReason(text: string, timeoutMs: number): string {
  if (/ECONNREFUSED|connection refused/i.test(text)) return "connection refused, so nothing listens there";
  if (/ENOTFOUND|EAI_AGAIN/i.test(text)) return "the host name does not resolve";
  if (/ECONNRESET|socket hang up|closed/i.test(text)) return "the connection was closed before the broker said hello";
  if (/EHOSTUNREACH|ENETUNREACH/i.test(text)) return "there is no route to it";
  if (/timeout/i.test(text)) return `no answer within ${timeoutMs} ms`;
  if (/does not support 'tls'/i.test(text)) return "TLS is required here and the broker does not offer it";
  if (/self.signed|unable to verify|unable to get|issuer|altnames|certificate/i.test(text)) {
    return `its TLS certificate is not trusted (${text}); give the CA that signed it`;
  }
  return text;
}
