import { SSMClient } from "@aws-sdk/client-ssm";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import { credentialsFrom } from "./credential-values.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { readParameters } from "./parameter-store.ts";

export interface ReadCredentials {
  credentials: Credentials;
  /** The credentials are from memory, so SSM may have newer ones by now. */
  cached: boolean;
}

export interface CredentialsReader {
  /**
   * @param options.maxAge seconds for which the reader takes credentials from memory
   * @param options.fresh reads SSM even if credentials are in memory
   * @throws CredentialsError
   */
  read(names: ParameterNames, options: { maxAge: number; fresh?: boolean }): Promise<ReadCredentials>;
}

/** Reads the broker's credentials from SSM and keeps them in memory. Each caller says how old they may be. */
export function credentialsReader(client: () => SSMClient, now: () => number = Date.now): CredentialsReader {
  let kept: { key: string; at: number; credentials: Credentials } | undefined;
  return {
    async read(names, { maxAge, fresh = false }) {
      const wanted = Object.values(names);
      // Some brokers need no credentials: they have no users, or trust the network.
      if (wanted.length === 0) return { credentials: {}, cached: false };
      const key = JSON.stringify(names);
      const age = now() - (kept?.at ?? 0);
      if (!fresh && kept?.key === key && age < maxAge * 1000) return { credentials: kept.credentials, cached: true };
      const credentials = credentialsFrom(names, await readParameters(client(), wanted));
      kept = { key, at: now(), credentials };
      return { credentials, cached: false };
    },
  };
}

let client: SSMClient | undefined;

/**
 * The SSM client, created at the first use and kept while the function is warm. The environment sets its region,
 * credentials and endpoint. Its limits are short, because a run that waits for SSM has no time left to report.
 */
export function ssmClient(): SSMClient {
  client ??= new SSMClient({
    maxAttempts: 3,
    // Without throwOnRequestTimeout the SDK only logs a warning and goes on waiting.
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  return client;
}
