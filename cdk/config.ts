import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import type { Node } from "constructs";
import type { BrokerCredentials, JetStreamEnsureProps } from "./construct/options/props.ts";
import { UsageError } from "./construct/usage-error.ts";

/**
 * The stack's settings, keyed by the name of the CDK context (`-c name=value`), with the environment variable of each.
 * An empty context value overrides the environment too.
 */
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
  // The path of a .yaml or .json file, in place of kanade.ts.
  topology: "ENSURE_TOPOLOGY",
  mode: "ENSURE_MODE",
  schedule: "ENSURE_SCHEDULE",
  vpc: "VPC_ID",
  observability: "OBSERVABILITY",
  reserveConcurrency: "RESERVE_CONCURRENCY",
} as const;

type Name = keyof typeof VARIABLES;

/** The stack's configuration. */
export interface Config extends Pick<JetStreamEnsureProps, "servers" | "credentials" | "mode" | "schedule"> {
  /** The path of the topology's file. Absent: the topology of kanade.ts. */
  readonly topology?: string;
  readonly vpcId?: string;
  readonly observability: boolean;
  readonly reserveConcurrency: boolean;
}

/**
 * Reads the stack's configuration. CDK context overrides the environment, and both override kanade's own values. The
 * construct's defaults apply to everything else.
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

/**
 * Returns the configured credential parameters. If no setting names a way to log in, it is kanade's creds file; an
 * empty setting (`-c creds=`) logs in without credentials.
 */
function credentialsOf(text: (name: Name) => string | undefined): BrokerCredentials {
  const named = (...names: Name[]) =>
    Object.fromEntries(names.flatMap((name) => (text(name) ? [[name, text(name)]] : [])));
  const login: BrokerCredentials = named("creds", "nkey", "user", "password", "token");
  const isUnset = Object.keys(login).length === 0 && text("creds") === undefined;
  return { ...(isUnset ? { creds: "/kanade/nats/creds" } : login), tls: named("ca", "cert", "key") };
}

function oneOf<T extends string>(name: Name, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`${name} (-c ${name}=, or ${VARIABLES[name]}) is "${value}": it must be ${known.join(" or ")}.`);
}
