import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Alias,
  Architecture,
  type Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { ResolvedTopology } from "../../../lib/topology/index.ts";
import { acknowledge } from "../acknowledge.ts";
import { shortened } from "../checked-topology.ts";
import type { CredentialParameters } from "../credentials.ts";
import type { JetStreamEnsureProps } from "../options/props.ts";
import { UsageError } from "../usage-error.ts";
import { HANDLER, stageCode } from "./code.ts";
import { functionEnvironment } from "./environment.ts";
import { logGroup } from "./log-group.ts";

/** The function, and what other parts of the construct need of it. */
export interface EnsureFunction {
  fn: LambdaFunction;
  /**
   * The alias `live`. Every caller invokes it, so a permission names one function, and a rollback affects all callers.
   */
  alias: Alias;
  /** The same alias, cast. With exactOptionalPropertyTypes, CDK's classes do not match CDK's interfaces. */
  live: IFunction;
  logs: LogGroup;
  code: Code;
  timeout: Duration;
}

/** Creates the function that runs the topology, with its log group, role and alias. */
export function ensureFunction(
  scope: Construct,
  props: JetStreamEnsureProps,
  { topology, parameters }: { topology: ResolvedTopology; parameters: CredentialParameters },
): EnsureFunction {
  const { logRetention, logEncryptionKey } = props;
  const logs = logGroup(scope, "Logs", {
    retention: logRetention,
    encryptionKey: logEncryptionKey,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const environment = functionEnvironment(props, parameters);
  using staged = stageCode(scope, topology);
  const fn = new LambdaFunction(scope, "Function", {
    ...commonProps(props),
    // Lambda takes at most 256 characters.
    description: shortened(`Keeps JetStream as the topology ${topology.name} declares it`, 256),
    code: staged.code,
    environment,
    role: functionRole(scope, props, { logs, parameters }),
    logGroup: logs,
    ...(props.reserveConcurrency === false ? {} : { reservedConcurrentExecutions: 1 }),
    ...(props.functionName === undefined ? {} : { functionName: props.functionName }),
  });
  acknowledgeFunction(fn);
  const alias = new Alias(scope, "Live", { aliasName: "live", version: fn.currentVersion as IVersion });
  return { fn, alias, live: alias as IFunction, logs, code: staged.code, timeout: timeoutOf(props) };
}

function timeoutOf({ timeout = Duration.seconds(60) }: JetStreamEnsureProps): Duration {
  return timeout;
}

/** The props that both functions with this code share. */
export function commonProps(props: JetStreamEnsureProps) {
  return {
    handler: HANDLER,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memory ?? 256,
    timeout: timeoutOf(props),
    loggingFormat: LoggingFormat.JSON,
    ...networkOf(props),
  };
}

export function acknowledgeFunction(fn: LambdaFunction): void {
  acknowledge(fn, {
    "Serverless-LambdaTracing": "X-Ray needs a permission on every resource; the log tells what each run did and when.",
    "Serverless-LambdaDLQ": "Events to the alias that fail go to its onFailure destination, which tells more.",
  });
}

export function functionRole(
  scope: Construct,
  { vpc }: JetStreamEnsureProps,
  { logs, parameters }: { logs: LogGroup; parameters: CredentialParameters },
): Role {
  const role = new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: "Reads the broker's credentials, and logs",
  });
  logs.grantWrite(role);
  parameters.grantRead(role);
  if (!vpc) return role;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: ["*"],
    }),
  );
  acknowledge(role, {
    "AwsSolutions-IAM5[Resource::*]":
      "Lambda takes no function into a VPC whose role may not do this on every resource: it makes the interfaces.",
  });
  return role;
}

function networkOf({ vpc, vpcSubnets, securityGroups }: JetStreamEnsureProps) {
  if (!vpc) {
    if (vpcSubnets || securityGroups)
      throw new UsageError("vpcSubnets and securityGroups are of a VPC: pass the vpc too.");
    return {};
  }
  return { vpc, ...(vpcSubnets ? { vpcSubnets } : {}), ...(securityGroups ? { securityGroups } : {}) };
}
