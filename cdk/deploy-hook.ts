import { CustomResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Provider } from "aws-cdk-lib/custom-resources";
import { Construct } from "constructs";
import type { FailOn } from "../functions/ensure/fail-on.ts";
import type { Mode } from "../lib/report/result.ts";
import { acknowledge } from "./acknowledge.ts";
import type { EnsureFunction } from "./function.ts";
import { logGroup } from "./log-group.ts";

/** CloudFormation waits no longer than an hour. */
const LONGEST_WAIT_SECONDS = 3600;

/**
 * The SDK's backoff makes of it three quarters of a minute: a run that the schedule started ends within that. Without,
 * a deployment at the wrong moment (and its undoing, which must not fail) is turned away, as no two runs may overlap.
 */
const MAX_ATTEMPTS = "10";

export interface DeployHookOptions {
  target: EnsureFunction;
  topologyHash: string;
  mode: Mode;
  failOn: FailOn;
  logRetention: RetentionDays | undefined;
  logEncryptionKey: IKey | undefined;
}

/**
 * Runs at each deployment that changes something. The framework in between passes the properties on as the event, and
 * fails the deployment where the function throws: triggers.Trigger has no payload, AwsCustomResource reports a failed
 * function as a success.
 */
export function deployHook(parent: Construct, options: DeployHookOptions): CustomResource {
  const scope = new Construct(parent, "OnDeploy");
  const { fn, timeout } = options.target;
  return new CustomResource(scope, "Run", {
    serviceToken: provider(scope, options).serviceToken,
    resourceType: "Custom::JetStreamEnsure",
    properties: {
      trigger: "deploy",
      mode: options.mode,
      failOn: options.failOn,
      topology: options.topologyHash,
      // CloudFormation runs it again only when a property changed. Version numbers only grow, so that the function
      // tells by it, and by the function they belong to, that a deployment is being undone.
      version: fn.currentVersion.version,
      function: fn.functionName,
    },
    // Twice, because the framework tries once more, whatever the error was.
    serviceTimeout: Duration.seconds(Math.min(2 * timeout.toSeconds() + 180, LONGEST_WAIT_SECONDS)),
    // A stack that goes leaves the broker as it is: it is not even asked.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

function provider(scope: Construct, { target, logRetention, logEncryptionKey }: DeployHookOptions): Provider {
  const logs = logGroup(scope, "Logs", {
    retention: logRetention,
    encryptionKey: logEncryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logs.grantWrite(role);
  const provider = new Provider(scope, "Provider", {
    onEventHandler: target.live,
    logGroup: logs,
    frameworkOnEventRole: role,
  });
  const framework = provider.node.findChild("framework-onEvent");
  if (framework instanceof LambdaFunction) framework.addEnvironment("AWS_MAX_ATTEMPTS", MAX_ATTEMPTS);
  acknowledge(provider, {
    "Serverless-LambdaTracing": "CDK's own function, which passes one event on at a deployment.",
    "Serverless-LambdaDLQ": "CloudFormation invokes it and waits for its answer: no answer fails the deployment.",
    "Serverless-LambdaDefaultMemorySize": "CDK's own function, which passes one event on and waits.",
  });
  return provider;
}
