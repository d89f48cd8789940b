import type { ConnectOptions, Credentials } from "../../lib/jetstream/connect.ts";
import { DEFAULT_SERVER, flagOf, type LoginKey, type LoginOptions, variableOf } from "./login-options.ts";
import { readOptionFile } from "./read-option-file.ts";
import { parseServerUrls, type ServerUrls } from "./server-urls.ts";
import { UsageError } from "./usage-error.ts";

export { addLoginOptions, type LoginOptions } from "./login-options.ts";

type Environment = Record<string, string | undefined>;

/** A value and where it came from: `--creds` or `NATS_CREDS`. */
interface Given {
  value: string;
  from: string;
}

const WAYS = ["creds", "nkey", "user", "token"] as const;
type Way = (typeof WAYS)[number];

/** How to connect by `NATS_URL`, `NATS_CREDS` … alone. @throws UsageError as `connectOptions` */
export function loginFromEnvironment(env: Environment): Promise<ConnectOptions> {
  return connectOptions({}, env);
}

/**
 * How to connect: the options, and the NATS CLI's environment variables for what they leave open. A way to log in that
 * an option names (or the user info of `--server`) sets those of the environment aside. Files are read here.
 *
 * @throws UsageError for two ways to log in, an unreadable file, a bad URL, a certificate without its key
 */
export async function connectOptions(options: LoginOptions, env: Environment): Promise<ConnectOptions> {
  const server = given(options, env, "server") ?? { value: DEFAULT_SERVER, from: "default" };
  const urls = parseServerUrls(server.value, server.from);
  const credentials = {
    ...(await login(options, env, { ...urls, from: server.from })),
    ...(await tls(options, env)),
  };
  return {
    servers: urls.servers,
    ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(options.tls ? { tls: true } : {}),
    ...(options.tlsfirst ? { tlsHandshakeFirst: true } : {}),
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
  };
}

/**
 * Where the JetStream API is.
 * @throws UsageError for both at once (a domain is itself a prefix), and for what no subject can begin with
 */
export function apiOptions(options: LoginOptions): { domain?: string; prefix?: string } {
  const { jsDomain, jsApiPrefix } = options;
  // The client would blame the connection for it.
  for (const key of ["jsDomain", "jsApiPrefix", "inboxPrefix"] as const) {
    const value = options[key];
    if (value !== undefined && !/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(value)) {
      throw new UsageError(`${flagOf(key)} "${value}" cannot begin a subject: no spaces, no *, no >, no empty part.`);
    }
  }
  if (jsDomain !== undefined && jsApiPrefix !== undefined) {
    throw new UsageError("--js-domain and --js-api-prefix say the same thing in two ways: give one of them.");
  }
  if (jsDomain !== undefined) return { domain: jsDomain };
  return jsApiPrefix === undefined ? {} : { prefix: jsApiPrefix };
}

async function login(
  options: LoginOptions,
  env: Environment,
  urls: ServerUrls & { from: string },
): Promise<Omit<Credentials, "tls">> {
  const chosen = chooseWay(options, env, urls);
  const password = given(options, env, "password");
  if (chosen === undefined) {
    if (password) throw new UsageError(`${password.from} needs a user: give --user or ${variableOf("user")}.`);
    return {};
  }
  const { way, value, from } = chosen;
  switch (way) {
    case "creds":
      return { creds: await readOptionFile(from, value) };
    case "nkey":
      return { nkey: await readOptionFile(from, value) };
    case "token":
      return { token: value };
    case "user": {
      if (from === urls.from) return { user: value, password: urls.password ?? "" };
      if (!password) {
        throw new UsageError(`${from} needs a password: set ${variableOf("password")}. A token goes in --token.`);
      }
      return { user: value, password: password.value };
    }
  }
}

/** The one way to log in that the command names, else the one that the environment names. */
function chooseWay(
  options: LoginOptions,
  env: Environment,
  urls: ServerUrls & { from: string },
): ({ way: Way } & Given) | undefined {
  const inUrl = (["user", "token"] as const).flatMap((way) => {
    const value = urls[way];
    return value === undefined ? [] : [{ way, value, from: urls.from }];
  });
  for (const [source, urlIsHere] of [
    [{ options, env: {} }, options.server !== undefined],
    [{ options: {}, env }, options.server === undefined],
  ] as const) {
    const ways = WAYS.flatMap((way) => {
      const found = given(source.options, source.env, way);
      return found ? [{ way, ...found }] : [];
    });
    const [first, second] = [...ways, ...(urlIsHere ? inUrl : [])];
    if (first && second) {
      throw new UsageError(`Two ways to log in, ${first.from} and ${second.from}: give one of them.`);
    }
    if (first) return first;
  }
  return undefined;
}

async function tls(options: LoginOptions, env: Environment): Promise<Pick<Credentials, "tls">> {
  const files = {
    ca: given(options, env, "tlsca"),
    cert: given(options, env, "tlscert"),
    key: given(options, env, "tlskey"),
  };
  if (files.cert && !files.key) throw new UsageError(`${files.cert.from} needs its private key: give --tlskey.`);
  if (files.key && !files.cert) throw new UsageError(`${files.key.from} needs its certificate: give --tlscert.`);
  const texts: NonNullable<Credentials["tls"]> = {};
  for (const part of ["ca", "cert", "key"] as const) {
    const file = files[part];
    if (file) texts[part] = await readOptionFile(file.from, file.value);
  }
  return Object.keys(texts).length > 0 ? { tls: texts } : {};
}

/** An empty variable is one that is not set, as a shell's `VAR= command` means it. */
function given(options: LoginOptions, env: Environment, key: Exclude<LoginKey, "tls" | "tlsfirst">): Given | undefined {
  const option = options[key];
  if (option !== undefined) return { value: option, from: flagOf(key) };
  const variable = variableOf(key);
  const value = variable === undefined ? undefined : env[variable];
  return variable !== undefined && value ? { value, from: variable } : undefined;
}
