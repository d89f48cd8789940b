import type { ParameterVariable } from "./broker/parameter-names.ts";

/**
 * The meaning of each environment variable of the function. `npm run -s reference` writes docs/reference/settings.md
 * from it.
 */
export const VARIABLES = {
  NATS_SERVERS: "The broker's addresses, with a comma between.",
  NATS_CREDS_PARAMETER: "The name of the SSM parameter that holds the text of a `.creds` file.",
  NATS_NKEY_PARAMETER: "The name of the SSM parameter that holds an nkey seed.",
  NATS_USER_PARAMETER:
    "The name of the SSM parameter that holds a user's name, together with `NATS_PASSWORD_PARAMETER`.",
  NATS_PASSWORD_PARAMETER: "The name of the SSM parameter that holds the user's password.",
  NATS_TOKEN_PARAMETER: "The name of the SSM parameter that holds a token.",
  NATS_TLS_CA_PARAMETER: "The name of the SSM parameter that holds the CA to trust (PEM).",
  NATS_TLS_CERT_PARAMETER:
    "The name of the SSM parameter that holds the client's certificate (PEM), together with `NATS_TLS_KEY_PARAMETER`.",
  NATS_TLS_KEY_PARAMETER: "The name of the SSM parameter that holds the client's private key (PEM).",
  NATS_TLS:
    "`required`: Connect with TLS, or not at all. Default: where an address (`tls://`) or a certificate asks for it.",
  NATS_TLS_FIRST: "`true`: the TLS handshake comes first, for servers with `handshake_first`. Default: `false`.",
  NATS_INBOX_PREFIX: "The prefix of the inboxes to which the broker answers. Default: `_INBOX`.",
  NATS_JS_DOMAIN: "The JetStream domain. Default: none.",
  NATS_JS_API_PREFIX: "The prefix of the JetStream API's subjects, in place of a domain. Default: `$JS.API`.",
  TOPOLOGY_FILE: "The resolved topology. Default: `topology.json` beside the bundle.",
  CREDENTIALS_MAX_AGE_SECONDS:
    "How long a warm function keeps the credentials, from 0 to 86400. Default: 300. A refusal by the broker reads them " +
    "again at once.",
  CONNECT_TIMEOUT_MS: "How long each server is tried, from 100 to 60000. Default: 5000.",
  ENSURE_ALIAS_ARN:
    "Makes this a function that only plans, for the dashboard: it refuses to ensure, and its buttons call this alias.",
  HOOK_MODE: "What a CodeDeploy hook does: `ensure` or `plan`. Default: `ensure`.",
  HOOK_FAIL_ON: "What stops the deployment of a CodeDeploy hook: `failed`, `held` or `never`. Default: `failed`.",
} as const satisfies Record<ParameterVariable, string> & Record<string, string>;

/** The name of an environment variable that the function reads. */
export type Variable = keyof typeof VARIABLES;
