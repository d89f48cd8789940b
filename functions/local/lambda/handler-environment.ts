import { devNull } from "node:os";
import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import type { ParameterVariable } from "../../ensure/broker/parameter-names.ts";
import type { SsmParameter } from "../ssm/ssm-parameter.ts";

/** Where each credential lies in the local SSM, by the variable that tells the function so. */
const PARAMETERS = {
  NATS_CREDS_PARAMETER: ["creds", ({ creds }) => creds],
  NATS_NKEY_PARAMETER: ["nkey", ({ nkey }) => nkey],
  NATS_USER_PARAMETER: ["user", ({ user }) => user],
  NATS_PASSWORD_PARAMETER: ["password", ({ password }) => password],
  NATS_TOKEN_PARAMETER: ["token", ({ token }) => token],
  NATS_TLS_CA_PARAMETER: ["tls/ca", ({ tls }) => tls?.ca],
  NATS_TLS_CERT_PARAMETER: ["tls/cert", ({ tls }) => tls?.cert],
  NATS_TLS_KEY_PARAMETER: ["tls/key", ({ tls }) => tls?.key],
} satisfies Record<ParameterVariable, [string, (credentials: Credentials) => string | undefined]>;

const PREFIX = "/jetstream-ensure/local/nats/";

/** What SSM holds for this login (as SecureStrings), and the variables that say which parameter is what. */
export function parametersFor(credentials: Credentials): {
  parameters: Record<string, SsmParameter>;
  variables: Record<string, string>;
} {
  const parameters: Record<string, SsmParameter> = {};
  const variables: Record<string, string> = {};
  for (const [variable, [name, from]] of Object.entries(PARAMETERS)) {
    const value = from(credentials);
    if (value === undefined) continue;
    parameters[PREFIX + name] = { value, type: "SecureString" };
    variables[variable] = PREFIX + name;
  }
  return { parameters, variables };
}

/** The function's environment but for its credentials: what the construct and the Lambda service set. */
export function handlerEnvironment(
  { servers, tls }: ConnectOptions,
  { topologyFile, ssmUrl }: { topologyFile: string; ssmUrl: string },
): Record<string, string> {
  return {
    NATS_SERVERS: servers.join(","),
    ...(tls ? { NATS_TLS: "required" } : {}),
    TOPOLOGY_FILE: topologyFile,
    AWS_ENDPOINT_URL_SSM: ssmUrl,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    // In Lambda there are no such files either; a person's own could send the requests elsewhere.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_LAMBDA_LOG_FORMAT: "JSON",
  };
}
