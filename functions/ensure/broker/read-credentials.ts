import { SSMClient } from "@aws-sdk/client-ssm";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { credentialsFrom } from "./credential-values.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { readParameters } from "./parameter-store.ts";

export interface ReadCredentials {
  credentials: Credentials;
  /** They are from memory, so SSM may have newer ones by now. */
  cached: boolean;
}

export interface CredentialsReader {
  /**
   * @param options.maxAge seconds for which credentials are taken from memory
   * @param options.fresh asks SSM whatever is in memory
   * @throws CredentialsError
   */
  read(names: ParameterNames, options: { maxAge: number; fresh?: boolean }): Promise<ReadCredentials>;
}

/** Reads the broker's credentials from SSM and keeps them in memory for as long as each caller accepts. */
export function credentialsReader(client: () => SSMClient, now: () => number = Date.now): CredentialsReader {
  let kept: { of: string; at: number; credentials: Credentials } | undefined;
  return {
    async read(names, { maxAge, fresh = false }) {
      const wanted = Object.values(names);
      // No credentials are a way to log in as well: a broker without users, or one that knows the network.
      if (wanted.length === 0) return { credentials: {}, cached: false };
      const of = JSON.stringify(names);
      const age = now() - (kept?.at ?? 0);
      if (!fresh && kept?.of === of && age < maxAge * 1000) return { credentials: kept.credentials, cached: true };
      const credentials = credentialsFrom(names, await readParameters(client(), wanted));
      kept = { of, at: now(), credentials };
      return { credentials, cached: false };
    },
  };
}

let client: SSMClient | undefined;

/**
 * The client, made when first needed and kept while the function is warm. Region, credentials and endpoint are the
 * environment's. Limits are short, because a run that waits for SSM has no time left to report.
 */
export function ssmClient(): SSMClient {
  client ??= new SSMClient({
    maxAttempts: 3,
    // Without throwOnRequestTimeout the SDK merely warns, and waits on.
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  return client;
}
