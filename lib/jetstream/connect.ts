import { type ConnectionOptions, connect, type NatsConnection, type TlsOptions } from "nats";
import { type Address, addressOf } from "./connect/address.ts";
import { authenticatorFor, type Credentials } from "./connect/credentials.ts";
import { dial } from "./connect/dial.ts";
import { connectError, type FailedServer } from "./connect/error.ts";
import { checkTls } from "./connect/tls.ts";

export interface ConnectOptions {
  servers: string[];
  credentials?: Credentials;
  /**
   * Connect only with TLS. Default: true if a server's URL says `tls://` or a TLS credential is given. Without this
   * option the client connects to a plaintext server in plaintext, even if the URL says `tls://`.
   */
  tls?: boolean;
  /** Start TLS before the server's INFO, for servers with `handshake_first`. */
  tlsHandshakeFirst?: boolean;
  /** The name under which the server lists this connection. Default `jetstream-ensure`. */
  name?: string;
  /** Milliseconds to wait for each server. The servers are tried one after the other. Default 5000. */
  timeoutMs?: number;
  /**
   * The prefix of reply subjects, for users who may subscribe to no others, e.g. `_INBOX_topology`. Default `_INBOX`.
   */
  inboxPrefix?: string;
}

/**
 * Connects once, to the first server that answers. A run is short, so a lost connection ends it with a report, and the
 * client does not reconnect. The servers are tried in their order, and an error says what each of them answered.
 *
 * @throws BrokerError of class `auth` (the credentials are refused or unreadable), `network` (no server answered, or
 *   TLS failed), `limits` (no more connections are allowed) or `config` (an address or the inbox prefix is not valid)
 */
export async function connectBroker(options: ConnectOptions): Promise<NatsConnection> {
  const { credentials = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const addresses = options.servers.map(addressOf);
  checkTls(credentials.tls);
  const authenticator = authenticatorFor(credentials);
  const failed: FailedServer[] = [];
  for (const address of addresses) {
    const outcome = await dial((onGreeting) =>
      connect({
        ...connectionOptions(options, address, tlsFor(options, addresses, address)),
        timeout: timeoutMs,
        // The client calls this after the server's greeting, and gives no other sign that the greeting came.
        authenticator: (nonce) => {
          onGreeting();
          return authenticator?.(nonce);
        },
      }),
    );
    if ("connection" in outcome) return outcome.connection;
    failed.push({ ...outcome, where: address.server });
  }
  throw connectError(failed, { credentials, timeoutMs, tlsHandshakeFirst: options.tlsHandshakeFirst ?? false });
}

const DEFAULT_TIMEOUT_MS = 5000;

function connectionOptions(
  { name = "jetstream-ensure", inboxPrefix }: ConnectOptions,
  address: Address,
  tls: TlsOptions | undefined,
): ConnectionOptions {
  return {
    servers: [address.server],
    name,
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    noRandomize: true,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    // Node tries all addresses of a name by itself. If the client tries them, it only reports the last error. Without
    // the option tls, the client still looks the name up: it needs the name for the certificate if the server requires
    // TLS.
    ...(tls ? { tls, resolve: false } : {}),
  };
}

function tlsFor(options: ConnectOptions, all: Address[], { host, isIp }: Address): TlsOptions | undefined {
  const given = options.credentials?.tls;
  const required = options.tls ?? (given !== undefined || all.some(({ tls }) => tls));
  if (!required && !options.tlsHandshakeFirst) return undefined;
  return {
    ...given,
    ...(options.tlsHandshakeFirst ? { handshakeFirst: true } : {}),
    // The client does not tell Node the host. Node would then compare the certificate of an IP address with
    // "localhost".
    ...{ host, ...(isIp ? {} : { servername: host }) },
  };
}
