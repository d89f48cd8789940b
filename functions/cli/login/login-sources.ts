import { flagOf, type LoginOptions, type LoginText, variableOf } from "./login-options.ts";
import type { Environment, NatsContext } from "./nats-context.ts";

/** A setting's value, and its origin for messages: `--creds`, `NATS_CREDS`, `creds of the nats context "ops"`. */
export interface SourcedValue {
  value: string;
  from: string;
}

/** A source of login settings: the options, the environment or a context. */
export interface LoginSource {
  get(key: LoginText): SourcedValue | undefined;
  /** Two ways to log in are a contradiction. In a source that is not strict, the first one counts. */
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

/** The source that reads environment variables. An empty variable counts as not set, as in a shell's `VAR= command`. */
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

/** The name of each setting in a context's file. */
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

/** The value of a setting from the first source that has it. */
export function firstValue(sources: LoginSource[], key: LoginText): SourcedValue | undefined {
  for (const source of sources) {
    const found = source.get(key);
    if (found) return found;
  }
  return undefined;
}
