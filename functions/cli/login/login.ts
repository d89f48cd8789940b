import type { Credentials } from "../../../lib/jetstream/connect/credentials.ts";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import { UsageError } from "../usage-error.ts";
import { DEFAULT_SERVER, type LoginOptions, variableOf } from "./login-options.ts";
import { contextSource, environmentSource, firstGiven, type LoginSource, optionSource } from "./login-sources.ts";
import { type ChosenWay, chooseWay } from "./login-way.ts";
import { type Environment, type NatsContext, natsContext } from "./nats-context.ts";
import { secretInFile, secretOf } from "./secret-reference.ts";
import { parseServerUrls } from "./server-urls.ts";

export { apiOptions } from "./api-options.ts";
export { addLoginOptions, type LoginOptions } from "./login-options.ts";

/** How to connect by `NATS_URL`, `NATS_CREDS` … alone. @throws UsageError as `connectOptions` */
export function loginFromEnvironment(env: Environment): Promise<ConnectOptions> {
  return connectOptions({}, env);
}

/** The context of the `nats` command line that this command is to use. @throws UsageError where it cannot be read */
export function contextOf(options: LoginOptions, env: Environment): Promise<NatsContext | undefined> {
  return natsContext(options, env);
}

/**
 * How to connect: the options, the NATS CLI's environment variables for what they leave open, and the context for what
 * both do. A way to log in sets those of the later places aside, and so does the user info of a server's URL. Files
 * are read here.
 *
 * @throws UsageError for two ways to log in, an unreadable file, a bad URL, a certificate without its key, and for what
 *   a context asks of this program that it cannot do
 */
export async function connectOptions(
  options: LoginOptions,
  env: Environment,
  context?: NatsContext,
): Promise<ConnectOptions> {
  const sources = [optionSource(options), environmentSource(env), ...(context ? [contextSource(context)] : [])];
  const server = firstGiven(sources, "server") ?? { value: DEFAULT_SERVER, from: "default" };
  const urls = parseServerUrls(server.value, server.from);
  const source = sources.find((each) => each.get("server"));
  const chosen = chooseWay(sources, { ...urls, from: server.from, source });
  if (context) refuseUndoable(context, chosen !== undefined && source !== undefined);
  const credentials = {
    ...(await login(chosen, sources, urls.password, env)),
    ...(await tls(sources, env)),
  };
  const inboxPrefix = firstGiven(sources, "inboxPrefix");
  return {
    servers: urls.servers,
    ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(options.tls ? { tls: true } : {}),
    ...(options.tlsfirst || context?.tlsFirst ? { tlsHandshakeFirst: true } : {}),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix: inboxPrefix.value }),
  };
}

/** Going on without would connect to another broker, or past a proxy that is there for a reason. */
function refuseUndoable({ called, settings }: NatsContext, isComplete: boolean): void {
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

async function login(
  chosen: ChosenWay | undefined,
  sources: LoginSource[],
  urlPassword: string | undefined,
  env: Environment,
): Promise<Omit<Credentials, "tls">> {
  if (chosen === undefined) {
    const password = firstGiven(strictOnes(sources), "password");
    if (password) throw new UsageError(`${password.from} needs a user: give --user or ${variableOf("user")}.`);
    return {};
  }
  const { way, value, from, source, inUrl } = chosen;
  const place = { from, env };
  switch (way) {
    case "creds":
      return { creds: await secretInFile(value, place) };
    case "nkey":
      return { nkey: await secretInFile(value, place) };
    case "token":
      return { token: inUrl ? value : await secretOf(value, place) };
    case "jwt": {
      const seed = firstGiven(sources, "seed");
      if (!seed) throw new UsageError(`${from} needs the user's seed: give --seed or ${variableOf("seed")}.`);
      const [jwt, secret] = [await secretOf(value, place), await secretOf(seed.value, { from: seed.from, env })];
      return { creds: credsText(jwt, secret) };
    }
    case "user": {
      if (inUrl) return { user: value, password: urlPassword ?? "" };
      const password = firstGiven(source.strict ? strictOnes(sources) : sources, "password");
      if (password) return { user: value, password: await secretOf(password.value, { from: password.from, env }) };
      // A context may have a user without a password, and logs in as the nats command line does with it.
      if (!source.strict) return { user: value, password: "" };
      throw new UsageError(`${from} needs a password: set ${variableOf("password")}. A token goes in --token.`);
    }
  }
}

/** What the person who typed the command meant; a context's password belongs to the context's user. */
const strictOnes = (sources: LoginSource[]) => sources.filter(({ strict }) => strict);

/** JWT and seed in the one form that the client reads both from. */
function credsText(jwt: string, seed: string): string {
  const part = (name: string, text: string) => `-----BEGIN ${name}-----\n${text.trim()}\n------END ${name}------\n`;
  return `${part("NATS USER JWT", jwt)}\n${part("USER NKEY SEED", seed)}`;
}

async function tls(sources: LoginSource[], env: Environment): Promise<Pick<Credentials, "tls">> {
  const files = {
    ca: firstGiven(sources, "tlsca"),
    cert: firstGiven(sources, "tlscert"),
    key: firstGiven(sources, "tlskey"),
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
