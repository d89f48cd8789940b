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
  /** Read the credentials from SSM, even if they are in memory. */
  fresh: boolean;
}

/**
 * Connects to the broker with the credentials from SSM.
 *
 * If the broker refuses credentials from memory, they were probably rotated. The function then reads SSM at once, and
 * connects once more if SSM has other credentials.
 *
 * @throws CredentialsError, BrokerError
 */
export async function connectWithCredentials(options: BrokerOptions): Promise<NatsConnection> {
  const { settings } = options;
  const read = (fresh: boolean) =>
    options.credentials.read(settings.parameters, { maxAge: settings.credentialsMaxAge, fresh });
  const { credentials, cached } = await read(options.fresh);
  try {
    return await connectBroker(connectOptions(settings, credentials));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!cached) throw withParameterNames(error, settings);
    const { credentials: newest } = await read(true);
    // The broker would refuse the same credentials again. A server that limits logins would count that as an attack.
    if (isDeepStrictEqual(newest, credentials)) throw withParameterNames(error, settings);
    return await connectBroker(connectOptions(settings, newest)).catch((second: unknown) => {
      throw isRefusal(second) ? withParameterNames(second, settings) : second;
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

/**
 * Adds the names of the SSM parameters to a refusal. The broker's own message names only the broker, and the reader may
 * have many parameters.
 */
function withParameterNames(error: BrokerError, settings: Settings): BrokerError {
  const names = Object.values(settings.parameters);
  const where = names.length > 0 ? `They are in SSM: ${names.join(", ")}.` : "This function is given no credentials.";
  return new BrokerError(`${error.message} ${where}`, { class: error.class, code: error.code, cause: error });
}
