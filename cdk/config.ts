import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import type { Node } from "constructs";
import type { BrokerCredentials, JetStreamEnsureProps } from "./construct/options/props.ts";
import { UsageError } from "./construct/usage-error.ts";

/** What may be told of the stack, with `-c name=value` or by the environment; an empty value is one too. */
const VARIABLES = {
  servers: "NATS_SERVERS",
  creds: "NATS_CREDS_PARAMETER",
  nkey: "NATS_NKEY_PARAMETER",
  user: "NATS_USER_PARAMETER",
  password: "NATS_PASSWORD_PARAMETER",
  token: "NATS_TOKEN_PARAMETER",
  ca: "NATS_TLS_CA_PARAMETER",
  cert: "NATS_TLS_CERT_PARAMETER",
  key: "NATS_TLS_KEY_PARAMETER",
  // Of a .yaml or .json file, in place of kanade.ts.
  topology: "ENSURE_TOPOLOGY",
  mode: "ENSURE_MODE",
  schedule: "ENSURE_SCHEDULE",
  vpc: "VPC_ID",
  observability: "OBSERVABILITY",
  reserveConcurrency: "RESERVE_CONCURRENCY",
} as const;

type Name = keyof typeof VARIABLES;

export interface Config extends Pick<JetStreamEnsureProps, "servers" | "credentials" | "mode" | "schedule"> {
  /** Path of a file; absent: what kanade.ts declares. */
  readonly topology?: string;
  readonly vpcId?: string;
  readonly observability: boolean;
  readonly reserveConcurrency: boolean;
}

/**
 * The stack's configuration: context first, then environment, then what kanade has. What nobody says, and kanade has no
 * value of its own for, is left to the construct's defaults.
 */
export function readConfig(node: Node, environment: Record<string, string | undefined>): Config {
  const text = (name: Name): string | undefined => {
    const value: unknown = node.tryGetContext(name) ?? environment[VARIABLES[name]];
    return value === undefined ? undefined : String(value).trim();
  };
  const { topology, mode, schedule, vpc, observability, reserveConcurrency } = {
    topology: text("topology"),
    mode: text("mode"),
    schedule: text("schedule"),
    vpc: text("vpc"),
    observability: text("observability") || "true",
    reserveConcurrency: text("reserveConcurrency") || "true",
  };
  return {
    servers: (text("servers") || "tls://nats.kanade.internal:4222").split(",").map((server) => server.trim()),
    credentials: credentialsOf(text),
    observability: oneOf("observability", observability, ["true", "false"]) === "true",
    reserveConcurrency: oneOf("reserveConcurrency", reserveConcurrency, ["true", "false"]) === "true",
    ...(mode ? { mode: oneOf("mode", mode, ["ensure", "plan"]) } : {}),
    ...(schedule ? { schedule: schedule !== "off" && ScheduleExpression.expression(schedule) } : {}),
    ...(topology ? { topology } : {}),
    ...(vpc ? { vpcId: vpc } : {}),
  };
}

/** The parameters that were named; kanade's creds file where no way to log in was (`-c creds=`: log in without). */
function credentialsOf(text: (name: Name) => string | undefined): BrokerCredentials {
  const named = (...names: Name[]) =>
    Object.fromEntries(names.flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
  const login: BrokerCredentials = named("creds", "nkey", "user", "password", "token");
  const without = Object.keys(login).length === 0 && text("creds") === undefined;
  return { ...(without ? { creds: "/kanade/nats/creds" } : login), tls: named("ca", "cert", "key") };
}

function oneOf<T extends string>(name: Name, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`${name} (-c ${name}=, or ${VARIABLES[name]}) is "${value}": it must be ${known.join(" or ")}.`);
}
