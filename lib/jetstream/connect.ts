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
   * Connect with TLS, or not at all. Default: true where a server's URL says `tls://` or a TLS credential is given,
   * because the client by itself connects in plaintext to a plaintext server whatever the URL says.
   */
  tls?: boolean;
  /** TLS before the server's INFO, for servers with `handshake_first`. */
  tlsHandshakeFirst?: boolean;
  /** How the server lists this connection. Default `jetstream-ensure`. */
  name?: string;
  /** Milliseconds for each server; they are tried one after the other. Default 5000. */
  timeoutMs?: number;
  /** For users who may subscribe to nothing else, e.g. `_INBOX_topology`. Default `_INBOX`. */
  inboxPrefix?: string;
}

/**
 * Connects once, to the first server that answers: a run is short, so a lost connection ends it with a report rather
 * than waiting for a reconnect. The servers are tried in their order, and an error says what each of them answered.
 *
 * @throws BrokerError of class `auth` (refused, or unreadable credentials), `network` (nobody answered, TLS failed),
 *   `limits` (no more connections) or `config` (an address or the inbox prefix is none)
 */
export async function connectBroker(options: ConnectOptions): Promise<NatsConnection> {
  const { credentials = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const addresses = options.servers.map(addressOf);
  checkTls(credentials.tls);
  const authenticator = authenticatorFor(credentials);
  const failed: FailedServer[] = [];
  for (const address of addresses) {
    const outcome = await dial((connected) =>
      connect({
        ...connectionOptions(options, address, tlsFor(options, addresses, address)),
        timeout: timeoutMs,
        // Asked once the server has said hello; it is also how one knows that it did.
        authenticator: (nonce) => {
          connected();
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
    // Node tries all addresses of a name by itself; of the client's tries, only the last one's error is known. But where
    // a server wants TLS unasked, the name that its certificate must have comes from the client's look-up alone.
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
    // The client does not tell Node whom it connects to: the certificate of an IP address is held against "localhost".
    ...{ host, ...(isIp ? {} : { servername: host }) },
  };
}
