import { type Command, Option } from "commander";

/** The login options, with commander's names. */
export interface LoginOptions {
  server?: string;
  creds?: string;
  nkey?: string;
  user?: string;
  password?: string;
  token?: string;
  jwt?: string;
  seed?: string;
  tlscert?: string;
  tlskey?: string;
  tlsca?: string;
  tls?: boolean;
  tlsfirst?: boolean;
  jsDomain?: string;
  jsApiPrefix?: string;
  inboxPrefix?: string;
  /** The context's name; `false` for `--no-context`. */
  context?: string | false;
}

interface LoginOption {
  flags: string;
  /** The environment variable that applies if the user does not give the option. */
  env?: string;
  text: string;
}

/** The login options that have a text as their value. A variable or a context can set them too. */
export type LoginText = Exclude<keyof LoginOptions, "tls" | "tlsfirst" | "context">;

export const DEFAULT_SERVER = "nats://127.0.0.1:4222";

/**
 * The login options. The names of the options and variables are those of the `nats` command line, so its users already
 * know them.
 */
const loginOptions = {
  server: {
    flags: "--server <urls>",
    env: "NATS_URL",
    text: `comma-separated; default: the context's, ${DEFAULT_SERVER}`,
  },
  creds: { flags: "--creds <file>", env: "NATS_CREDS", text: "log in with a credentials file" },
  nkey: { flags: "--nkey <file>", env: "NATS_NKEY", text: "log in with the nkey seed in a file" },
  user: { flags: "--user <name>", env: "NATS_USER", text: "log in with a user name and --password" },
  password: { flags: "--password <text>", env: "NATS_PASSWORD", text: "others see it in ps: better by variable" },
  token: { flags: "--token <text>", env: "NATS_TOKEN", text: "log in with a token; better by variable, too" },
  jwt: { flags: "--jwt <text>", env: "NATS_JWT", text: "log in with a user's JWT and --seed" },
  seed: { flags: "--seed <text>", env: "NATS_SEED", text: "its nkey seed; better by variable" },
  tlscert: { flags: "--tlscert <file>", env: "NATS_CERT", text: "client certificate, PEM" },
  tlskey: { flags: "--tlskey <file>", env: "NATS_KEY", text: "its private key, PEM" },
  tlsca: { flags: "--tlsca <file>", env: "NATS_CA", text: "CA to trust, PEM; default: the system's" },
  tls: { flags: "--tls", text: "connect with TLS, or not at all" },
  tlsfirst: { flags: "--tlsfirst", text: "TLS before anything else is said (handshake_first)" },
  jsDomain: { flags: "--js-domain <name>", text: "JetStream domain, as behind a leaf node" },
  jsApiPrefix: { flags: "--js-api-prefix <prefix>", text: "JetStream API prefix, as of an imported account" },
  inboxPrefix: { flags: "--inbox-prefix <prefix>", text: "inbox prefix; default: _INBOX" },
  context: { flags: "--context <name>", env: "NATS_CONTEXT", text: "context of the nats CLI; default: the selected" },
} satisfies Record<keyof LoginOptions, LoginOption>;

export type LoginKey = keyof typeof loginOptions;

export function addLoginOptions(command: Command): Command {
  for (const option of Object.values<LoginOption>(loginOptions)) {
    const variable = option.env === undefined ? "" : ` (env: ${option.env})`;
    command.addOption(new Option(option.flags, option.text + variable).helpGroup("Logging in:"));
  }
  return command.addOption(new Option("--no-context", "use no context").helpGroup("Logging in:"));
}

/** The option as a user types it, for messages: `--creds`. */
export function flagOf(key: LoginKey): string {
  return loginOptions[key].flags.replace(/ .*/, "");
}

/** The environment variable of an option, for messages: `NATS_CREDS`. */
export function variableOf(key: LoginKey): string | undefined {
  const option: LoginOption = loginOptions[key];
  return option.env;
}
