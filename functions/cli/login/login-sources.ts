import { flagOf, type LoginOptions, type LoginText, variableOf } from "./login-options.ts";
import type { Environment, NatsContext } from "./nats-context.ts";

/** A value, and for messages where it came from: `--creds`, `NATS_CREDS`, `creds of the nats context "ops"`. */
export interface Given {
  value: string;
  from: string;
}

/** One of the places that say how to log in. */
export interface LoginSource {
  get(key: LoginText): Given | undefined;
  /** Several ways to log in are a contradiction, and not an order of preference. */
  strict: boolean;
}

export function optionSource(options: LoginOptions): LoginSource {
  return {
    strict: true,
    get: (key) => {
      const value = options[key];
      return value === undefined ? undefined : { value, from: flagOf(key) };
    },
  };
}

/** An empty variable is one that is not set, as a shell's `VAR= command` means it. */
export function environmentSource(env: Environment): LoginSource {
  return {
    strict: true,
    get: (key) => {
      const variable = variableOf(key);
      const value = variable === undefined ? undefined : env[variable];
      return variable !== undefined && value ? { value, from: variable } : undefined;
    },
  };
}

/** What a context's file calls them. */
const SETTINGS: Record<LoginText, string> = {
  server: "url",
  creds: "creds",
  nkey: "nkey",
  user: "user",
  password: "password",
  token: "token",
  jwt: "user_jwt",
  seed: "user_seed",
  tlscert: "cert",
  tlskey: "key",
  tlsca: "ca",
  jsDomain: "jetstream_domain",
  jsApiPrefix: "jetstream_api_prefix",
  inboxPrefix: "inbox_prefix",
};

export function contextSource({ settings, called }: NatsContext): LoginSource {
  return {
    strict: false,
    get: (key) => {
      const value = settings[SETTINGS[key]];
      return value === undefined ? undefined : { value, from: `${SETTINGS[key]} of ${called}` };
    },
  };
}

/** What the first source says that says anything of it. */
export function firstGiven(sources: LoginSource[], key: LoginText): Given | undefined {
  for (const source of sources) {
    const found = source.get(key);
    if (found) return found;
  }
  return undefined;
}
