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
 * Creates the function that serves the dashboard's plan. It has the same code, and only plans.
 *
 * Viewers need no permission to write. A view of the dashboard does not take the one execution that is reserved for
 * runs, and does not count as a throttle of a run. The buttons of the dashboard call the alias of the other function.
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
    // This function has the same security groups, so the app's network rules apply to it too.
    ...(props.vpc ? { securityGroups: fn.connections.securityGroups } : {}),
  });
  acknowledgeFunction(look);
  return look;
}
