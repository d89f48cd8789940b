import { Token, Tokenization } from "aws-cdk-lib";
import { readSettings } from "../../../functions/ensure/settings.ts";
import type { CredentialParameters } from "../credentials.ts";
import { deployOptions } from "../options/deploy-options.ts";
import type { JetStreamEnsureProps } from "../options/props.ts";
import { UsageError } from "../usage-error.ts";

/**
 * The function's environment.
 * @throws SettingsError: what the function would say at its first run, said at synth
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
    // The C library's allocator otherwise keeps what it freed apart for each of V8's threads: 8 MiB more at the peak of a
    // topology of a thousand resources.
    MALLOC_ARENA_MAX: "1",
  };
  const known = Object.entries(environment).map(([name, value]) => [name, checkable(value)]);
  readSettings({ ...Object.fromEntries(known), NATS_SERVERS: servers.map(checkableServer).join(",") });
  return environment;
}

/** What CodeDeploy's hooks do, where it is not the default: their event cannot say it. */
function hookEnvironment(props: JetStreamEnsureProps): Record<string, string> {
  const { mode, failOn } = deployOptions(props);
  return {
    ...(mode === "ensure" ? {} : { HOOK_MODE: mode }),
    ...(failOn === "failed" ? {} : { HOOK_FAIL_ON: failOn }),
  };
}

/** A list of which only the deployment knows how many it has, and so what stands between them. */
function refuseUnknownNumber(servers: string[]): void {
  const index = servers.findIndex((server) => Token.isUnresolved([server]));
  if (!Token.isUnresolved(servers) && index === -1) return;
  throw new UsageError(
    "servers is a list that only the deployment knows (a list token, such as of Token.asList or Fn.split): name each " +
      'address, or pass them as one text: servers: [Fn.join(",", list)].',
  );
}

/**
 * An address with something in place of each part that only a deployment knows, so that the others are checked all the
 * same. A number may be a host as well as a port.
 */
function checkableServer(server: string): string {
  const literal = Tokenization.reverseString(server);
  const parts = literal.mapTokens({ mapToken: () => "1" }).join({ join: (left, right) => `${left}${right}` });
  return String(parts).replace(/^1(?=:\/\/)/, "nats");
}

/** A word that every variable may be, in place of what only a deployment knows. */
function checkable(value: string): string {
  return Token.isUnresolved(value) ? "deployment" : value;
}
