import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import { UsageError } from "../usage-error.ts";
import { DEFAULT_SERVER, type LoginOptions, variableOf } from "./login-options.ts";
import { contextSource, environmentSource, firstValue, type LoginSource, optionSource } from "./login-sources.ts";
import { type ChosenWay, chooseWay } from "./login-way.ts";
import { type Environment, type NatsContext, natsContext } from "./nats-context.ts";
import { secretInFile, secretOf } from "./secret-reference.ts";
import { parseServerUrls } from "./server-urls.ts";

export { apiOptions } from "./api-options.ts";
export { addLoginOptions, type LoginOptions } from "./login-options.ts";

/**
 * The connection options from `NATS_URL`, `NATS_CREDS` … alone.
 *
 * @throws UsageError in the same cases as `connectOptions`
 */
export function loginFromEnvironment(env: Environment): Promise<ConnectOptions> {
  return connectOptions({}, env);
}

/**
 * The context of the `nats` command line for this command.
 *
 * @throws UsageError if the context cannot be read
 */
export function contextOf(options: LoginOptions, env: Environment): Promise<NatsContext | undefined> {
  return natsContext(options, env);
}

/**
 * Builds the connection options from three sources. The options override the environment variables of the `nats`
 * command line, and these override the context.
 *
 * A way to log in overrides those of the later sources, and so does the user info of a server's URL. This function
 * reads the files that the settings name.
 *
 * @throws UsageError for two ways to log in, an unreadable file, a bad URL, a certificate without its key, and for a
 *   feature of a context that this program does not have
 */
export async function connectOptions(
  options: LoginOptions,
  env: Environment,
  context?: NatsContext,
): Promise<ConnectOptions> {
  const sources = [optionSource(options), environmentSource(env), ...(context ? [contextSource(context)] : [])];
  const server = firstValue(sources, "server") ?? { value: DEFAULT_SERVER, from: "default" };
  const urls = parseServerUrls(server.value, server.from);
  const source = sources.find((each) => each.get("server"));
  const chosen = chooseWay(sources, { ...urls, from: server.from, source });
  if (context) refuseUnsupported(context, chosen !== undefined && source !== undefined);
  const credentials = {
    ...(await login(chosen, sources, urls.password, env)),
    ...(await tls(sources, env)),
  };
  const inboxPrefix = firstValue(sources, "inboxPrefix");
  return {
    servers: urls.servers,
    ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(options.tls ? { tls: true } : {}),
    ...(options.tlsfirst || context?.tlsFirst ? { tlsHandshakeFirst: true } : {}),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix: inboxPrefix.value }),
  };
}

/**
 * Refuses a context with a feature that this program does not have. Without the feature, the program could reach
 * another broker, or bypass a proxy that is there for a reason.
 */
function refuseUnsupported({ called, settings }: NatsContext, isComplete: boolean): void {
  if (settings.socks_proxy) {
    throw new UsageError(`Cannot use ${called}: it goes through a SOCKS proxy, which this program cannot.`);
  }
  if (settings.windows_cert_store) {
    throw new UsageError(`Cannot use ${called}: its certificate is in a Windows store, give files by --tlscert.`);
  }
  if (settings.nsc && !isComplete) {
    throw new UsageError(
      `Cannot use ${called}: it asks nsc for the server and the credentials, which this program does not. ` +
        "Have nsc write them (nsc generate creds), and give them by --server and --creds.",
    );
  }
}

/** Reads the credentials for the chosen way to log in. */
async function login(
  chosen: ChosenWay | undefined,
  sources: LoginSource[],
  urlPassword: string | undefined,
  env: Environment,
): Promise<Omit<Credentials, "tls">> {
  if (chosen === undefined) {
    const password = firstValue(strictSources(sources), "password");
    if (password) throw new UsageError(`${password.from} needs a user: give --user or ${variableOf("user")}.`);
    return {};
  }
  const { way, value, from, source, inUrl } = chosen;
  const origin = { from, env };
  switch (way) {
    case "creds":
      return { creds: await secretInFile(value, origin) };
    case "nkey":
      return { nkey: await secretInFile(value, origin) };
    case "token":
      return { token: inUrl ? value : await secretOf(value, origin) };
    case "jwt": {
      const seed = firstValue(sources, "seed");
      if (!seed) throw new UsageError(`${from} needs the user's seed: give --seed or ${variableOf("seed")}.`);
      const [jwt, secret] = [await secretOf(value, origin), await secretOf(seed.value, { from: seed.from, env })];
      return { creds: credsText(jwt, secret) };
    }
    case "user": {
      if (inUrl) return { user: value, password: urlPassword ?? "" };
      const password = firstValue(source.strict ? strictSources(sources) : sources, "password");
      if (password) return { user: value, password: await secretOf(password.value, { from: password.from, env }) };
      // A context may have a user without a password. The nats command line then logs in with an empty one, and so does
      // this.
      if (!source.strict) return { user: value, password: "" };
      throw new UsageError(`${from} needs a password: set ${variableOf("password")}. A token goes in --token.`);
    }
  }
}

/** The sources that the user of the command set. A context's password belongs to the context's own user. */
const strictSources = (sources: LoginSource[]) => sources.filter(({ strict }) => strict);

/** Joins a JWT and a seed to the text of a `.creds` file, the only form from which the client reads both. */
function credsText(jwt: string, seed: string): string {
  const part = (name: string, text: string) => `-----BEGIN ${name}-----\n${text.trim()}\n------END ${name}------\n`;
  return `${part("NATS USER JWT", jwt)}\n${part("USER NKEY SEED", seed)}`;
}

/** Reads the TLS files. */
async function tls(sources: LoginSource[], env: Environment): Promise<Pick<Credentials, "tls">> {
  const files = {
    ca: firstValue(sources, "tlsca"),
    cert: firstValue(sources, "tlscert"),
    key: firstValue(sources, "tlskey"),
  };
  if (files.cert && !files.key) throw new UsageError(`${files.cert.from} needs its private key: give --tlskey.`);
  if (files.key && !files.cert) throw new UsageError(`${files.key.from} needs its certificate: give --tlscert.`);
  const texts: NonNullable<Credentials["tls"]> = {};
  for (const part of ["ca", "cert", "key"] as const) {
    const file = files[part];
    if (file) texts[part] = await secretInFile(file.value, { from: file.from, env });
  }
  return Object.keys(texts).length > 0 ? { tls: texts } : {};
}
