import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ParameterNames, readParameterNames } from "./broker/parameter-names.ts";
import { type HookSettings, readHookSettings } from "./hook-settings.ts";
import { PlainError } from "./plain-error.ts";
import type { Variable } from "./variables.ts";

/** The settings from the function's environment. */
export interface Settings {
  servers: string[];
  /** The names of the SSM parameters, keyed by the environment variable that holds each name. */
  parameters: ParameterNames;
  /** Requires TLS for the connection. Absent: TLS only if a server's URL or a credential asks for it. */
  tls?: true;
  tlsHandshakeFirst: boolean;
  inboxPrefix?: string;
  /** The JetStream domain: requests go to `$JS.<domain>.API`. */
  domain?: string;
  /** The prefix of the JetStream API's subjects, in place of `$JS.API`. */
  apiPrefix?: string;
  /** Seconds for which the function takes credentials from memory. */
  credentialsMaxAge: number;
  /** Milliseconds for the attempt to connect to each server. */
  connectTimeoutMs: number;
}

/** The function's environment has mistakes. The message names all of them. */
export class SettingsError extends PlainError {
  override readonly name = "SettingsError";
  readonly class = "config";
}

type Environment = Record<string, string | undefined>;

/**
 * The path of the topology's file: `TOPOLOGY_FILE`, or `topology.json` beside the bundle, where the construct puts it.
 */
export function topologyFile(environment: Environment): string {
  const path = textOf(environment, "TOPOLOGY_FILE");
  return path === undefined ? fileURLToPath(new URL("topology.json", import.meta.url)) : resolve(path);
}

/**
 * Reads the environment. An empty variable counts as not set.
 *
 * @throws SettingsError that names every mistake
 */
export function readSettings(environment: Environment): Settings {
  const mistakes: string[] = [];
  const text = (name: Variable) => textOf(environment, name);
  const settings: Settings = {
    servers: serversOf(text("NATS_SERVERS"), mistakes),
    parameters: readParameterNames(text, mistakes),
    ...(tlsOf(text("NATS_TLS"), mistakes) ? { tls: true as const } : {}),
    tlsHandshakeFirst: flagOf("NATS_TLS_FIRST", text("NATS_TLS_FIRST"), mistakes),
    ...subjectOf("inboxPrefix", "NATS_INBOX_PREFIX", text("NATS_INBOX_PREFIX"), mistakes),
    ...subjectOf("domain", "NATS_JS_DOMAIN", text("NATS_JS_DOMAIN"), mistakes),
    ...subjectOf("apiPrefix", "NATS_JS_API_PREFIX", text("NATS_JS_API_PREFIX"), mistakes),
    credentialsMaxAge: numberOf("CREDENTIALS_MAX_AGE_SECONDS", environment, [0, 86_400], 300, mistakes),
    connectTimeoutMs: numberOf("CONNECT_TIMEOUT_MS", environment, [100, 60_000], 5000, mistakes),
  };
  if (settings.domain !== undefined && settings.apiPrefix !== undefined) {
    mistakes.push("NATS_JS_DOMAIN and NATS_JS_API_PREFIX are both set: keep one, they say the same thing in two ways");
  }
  // A run does not use the hook settings. They are validated here so that mistakes fail at synth and not in the middle
  // of a deployment.
  readHookSettings(text, mistakes);
  refuse(mistakes);
  return settings;
}

/**
 * Reads the settings for CodeDeploy's hooks.
 *
 * @throws SettingsError
 */
export function hookSettings(environment: Environment): HookSettings {
  const mistakes: string[] = [];
  const settings = readHookSettings((name) => textOf(environment, name), mistakes);
  refuse(mistakes);
  return settings;
}

function refuse(mistakes: string[]): void {
  if (mistakes.length > 0) throw new SettingsError(`The function's environment is wrong: ${mistakes.join("; ")}.`);
}

function textOf(environment: Environment, name: Variable): string | undefined {
  return environment[name]?.trim() || undefined;
}

function serversOf(list: string | undefined, mistakes: string[]): string[] {
  const servers = (list ?? "").split(",").flatMap((server) => server.trim() || []);
  if (servers.length === 0) {
    mistakes.push(
      "NATS_SERVERS is missing: the broker's addresses with a comma between, such as tls://nats.example.com",
    );
  }
  for (const [index, server] of servers.entries()) {
    // Anyone who can read the function's configuration can read a secret in this variable. The message does not repeat
    // it.
    if (server.includes("@")) {
      mistakes.push(`NATS_SERVERS has a user or a password in address ${index + 1}: credentials belong in SSM`);
    } else if (!isAddress(server)) {
      mistakes.push(
        `NATS_SERVERS has "${server}", which is no address: nats://host:port, tls://host:port or host:port`,
      );
    }
  }
  return servers;
}

function isAddress(server: string): boolean {
  const url = URL.parse(server.includes("://") ? server : `nats://${server}`);
  return url !== null && ["nats:", "tls:"].includes(url.protocol) && url.hostname !== "" && !/\s/.test(server);
}

function tlsOf(value: string | undefined, mistakes: string[]): boolean {
  if (value !== undefined && value !== "required") mistakes.push(`NATS_TLS is "${value}": "required", or not set`);
  return value === "required";
}

function flagOf(name: string, value: string | undefined, mistakes: string[]): boolean {
  if (value !== undefined && value !== "true" && value !== "false") {
    mistakes.push(`${name} is "${value}": "true" or "false"`);
  }
  return value === "true";
}

/** Reads the first part of a subject. More parts follow it, so it has no wildcard and does not end with a dot. */
function subjectOf<Key extends string>(
  key: Key,
  name: string,
  value: string | undefined,
  mistakes: string[],
): { [K in Key]?: string } {
  if (value === undefined) return {};
  if (/[\s*>]|^\.|\.$|\.\./.test(value)) {
    mistakes.push(`${name} is "${value}": it must be a subject without spaces, wildcards or a dot at an end`);
  }
  return { [key]: value } as { [K in Key]?: string };
}

function numberOf(
  name: Variable,
  environment: Environment,
  [least, most]: [number, number],
  otherwise: number,
  mistakes: string[],
): number {
  const text = textOf(environment, name);
  if (text === undefined) return otherwise;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) {
    mistakes.push(`${name} is "${text}": it must be a whole number from ${least} to ${most}`);
  }
  return number;
}
