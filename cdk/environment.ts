import { Token } from "aws-cdk-lib";
import { readSettings } from "../functions/ensure/settings.ts";
import type { CredentialParameters } from "./credentials.ts";
import { deployOptions } from "./deploy-options.ts";
import type { JetStreamEnsureProps } from "./props.ts";

/**
 * The function's environment.
 * @throws SettingsError: what the function would say at its first run, said at synth
 */
export function functionEnvironment(
  props: JetStreamEnsureProps,
  parameters: CredentialParameters,
): Record<string, string> {
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
  readSettings(Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, checkable(value)])));
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

/** A word that every variable may be, in place of what only a deployment knows. */
function checkable(value: string): string {
  return Token.isUnresolved(value) ? "deployment" : value;
}
