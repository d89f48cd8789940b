import { Token, Tokenization } from "aws-cdk-lib";
import { readSettings } from "../../../functions/ensure/settings.ts";
import type { CredentialParameters } from "../credentials.ts";
import { deployOptions } from "../options/deploy-options.ts";
import type { JetStreamEnsureProps } from "../options/props.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Builds the function's environment, and validates it at synth.
 *
 * @throws SettingsError with the message that the function's first run would otherwise give
 * @throws UsageError
 */
export function functionEnvironment(
  props: JetStreamEnsureProps,
  parameters: CredentialParameters,
): Record<string, string> {
  refuseUnknownNumber(props.servers);
  const { servers, tls, tlsHandshakeFirst, inboxPrefix, domain, apiPrefix } = props;
  const environment = {
    NATS_SERVERS: servers.join(","),
    ...(tls ? { NATS_TLS: "required" } : {}),
    ...(tlsHandshakeFirst ? { NATS_TLS_FIRST: "true" } : {}),
    ...(inboxPrefix === undefined ? {} : { NATS_INBOX_PREFIX: inboxPrefix }),
    ...(domain === undefined ? {} : { NATS_JS_DOMAIN: domain }),
    ...(apiPrefix === undefined ? {} : { NATS_JS_API_PREFIX: apiPrefix }),
    ...parameters.environment,
    ...hookEnvironment(props),
    // By default the C library's allocator keeps freed memory separately for each of V8's threads. That costs 8 MiB
    // more at the peak of a topology with a thousand resources.
    MALLOC_ARENA_MAX: "1",
  };
  const known = Object.entries(environment).map(([name, value]) => [name, checkable(value)]);
  readSettings({ ...Object.fromEntries(known), NATS_SERVERS: servers.map(checkableServer).join(",") });
  return environment;
}

/** The variables for CodeDeploy's hooks, if they differ from the defaults. The event of a hook cannot carry them. */
function hookEnvironment(props: JetStreamEnsureProps): Record<string, string> {
  const { mode, failOn } = deployOptions(props);
  return {
    ...(mode === "ensure" ? {} : { HOOK_MODE: mode }),
    ...(failOn === "failed" ? {} : { HOOK_FAIL_ON: failOn }),
  };
}

/**
 * Refuses a list token. Only the deployment knows how many addresses such a list has, so the construct cannot join them
 * with commas.
 */
function refuseUnknownNumber(servers: string[]): void {
  const index = servers.findIndex((server) => Token.isUnresolved([server]));
  if (!Token.isUnresolved(servers) && index === -1) return;
  throw new UsageError(
    "servers is a list that only the deployment knows (a list token, such as of Token.asList or Fn.split): name each " +
      'address, or pass them as one text: servers: [Fn.join(",", list)].',
  );
}

/**
 * Replaces each part of an address that only the deployment knows, so that the check still covers the other parts. The
 * replacement is a number, because a number can be a host as well as a port.
 */
function checkableServer(server: string): string {
  const literal = Tokenization.reverseString(server);
  const parts = literal.mapTokens({ mapToken: () => "1" }).join({ join: (left, right) => `${left}${right}` });
  return String(parts).replace(/^1(?=:\/\/)/, "nats");
}

/** Replaces a value that only the deployment knows by a word that every variable accepts. */
function checkable(value: string): string {
  return Token.isUnresolved(value) ? "deployment" : value;
}
