import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { ResolvedTopology } from "../../../lib/topology/index.ts";
import { shortened } from "../checked-topology.ts";
import type { CredentialParameters } from "../credentials.ts";
import type { JetStreamEnsureProps } from "../options/props.ts";
import { acknowledgeFunction, commonProps, type EnsureFunction, functionRole } from "./ensure-function.ts";
import { functionEnvironment } from "./environment.ts";
import { readsLog } from "./log-group.ts";

export interface LookFunctionOptions {
  target: EnsureFunction;
  topology: ResolvedTopology;
  parameters: CredentialParameters;
}

/**
 * The function that serves the dashboard's plan: the same code, which only plans here. Whoever looks needs no right to
 * write, and a look neither takes the one execution that is reserved for runs nor counts among their throttles. Its
 * buttons call the alias.
 */
export function lookFunction(
  parent: Construct,
  props: JetStreamEnsureProps,
  { target, topology, parameters }: LookFunctionOptions,
): LambdaFunction {
  const scope = new Construct(parent, "Look");
  const { fn, alias, logs, code } = target;
  const role = functionRole(scope, props, { logs, parameters });
  role.addToPrincipalPolicy(readsLog(logs));
  const look = new LambdaFunction(scope, "Function", {
    ...commonProps(props),
    description: shortened(`Shows on a dashboard what JetStream lacks of the topology ${topology.name}`, 256),
    code,
    environment: { ...functionEnvironment(props, parameters), ENSURE_ALIAS_ARN: alias.functionArn },
    role,
    logGroup: logs,
    // What the app lets the function connect to, this one may connect to as well.
    ...(props.vpc ? { securityGroups: fn.connections.securityGroups } : {}),
  });
  acknowledgeFunction(look);
  return look;
}
