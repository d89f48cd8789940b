import { isDeepStrictEqual } from "node:util";
import type { NatsConnection } from "nats";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { type ConnectOptions, connectBroker } from "../../../lib/jetstream/connect.ts";
import { BrokerError } from "../../../lib/jetstream/errors/broker-error.ts";
import type { Settings } from "../settings.ts";
import type { CredentialsReader } from "./read-credentials.ts";

export interface BrokerOptions {
  settings: Settings;
  credentials: CredentialsReader;
  /** Ask SSM even where credentials are in memory. */
  fresh: boolean;
}

/**
 * Connects with the credentials that SSM has. Where the broker refuses credentials from memory, they were probably
 * rotated: SSM is asked at once, and the broker once more.
 *
 * @throws CredentialsError, BrokerError
 */
export async function connectWithCredentials(options: BrokerOptions): Promise<NatsConnection> {
  const { settings, fresh } = options;
  const read = (fresh: boolean) =>
    options.credentials.read(settings.parameters, { maxAge: settings.credentialsMaxAge, fresh });
  const { credentials, cached } = await read(fresh);
  try {
    return await connectBroker(connectOptions(settings, credentials));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!cached) throw namingParameters(error, settings);
    const { credentials: newest } = await read(true);
    // The same again would be refused again, and counts as an attack where logins are limited.
    if (isDeepStrictEqual(newest, credentials)) throw namingParameters(error, settings);
    return await connectBroker(connectOptions(settings, newest)).catch((second: unknown) => {
      throw isRefusal(second) ? namingParameters(second, settings) : second;
    });
  }
}

function connectOptions(settings: Settings, credentials: Credentials): ConnectOptions {
  const { servers, tls, tlsHandshakeFirst, inboxPrefix, connectTimeoutMs } = settings;
  return {
    servers,
    credentials,
    tlsHandshakeFirst,
    timeoutMs: connectTimeoutMs,
    ...(tls === undefined ? {} : { tls }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
}

export function isRefusal(error: unknown): error is BrokerError {
  return error instanceof BrokerError && error.class === "auth";
}

/** Says where the refused credentials came from: the person who reads it has many parameters, and the broker's name. */
function namingParameters(error: BrokerError, settings: Settings): BrokerError {
  const names = Object.values(settings.parameters);
  const where = names.length > 0 ? `They are in SSM: ${names.join(", ")}.` : "This function is given no credentials.";
  return new BrokerError(`${error.message} ${where}`, { class: error.class, code: error.code, cause: error });
}
