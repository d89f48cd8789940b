import { CustomResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Provider } from "aws-cdk-lib/custom-resources";
import { Construct } from "constructs";
import type { FailOn } from "../../functions/ensure/event/fail-on.ts";
import type { Mode } from "../../lib/report/result.ts";
import { acknowledge } from "./acknowledge.ts";
import type { EnsureFunction } from "./function/ensure-function.ts";
import { logGroup } from "./function/log-group.ts";

/** Seconds that CloudFormation waits at most. */
const LONGEST_WAIT_SECONDS = 3600;

/** Seconds until the framework's function ends. Its waiting time and the run must fit. */
const FRAMEWORK_SECONDS = 900;

/** Fewer attempts would not outlast a run of a few seconds. */
const LEAST_ATTEMPTS = 10;

/**
 * The SDK's backoff after a throttled attempt: a random part of a delay. The delay is half a second at first, and
 * doubles with each attempt up to 20 seconds.
 */
const FIRST_DELAY_SECONDS = 0.5;
const LONGEST_DELAY_SECONDS = 20;

export interface DeployHookOptions {
  target: EnsureFunction;
  topologyHash: string;
  mode: Mode;
  failOn: FailOn;
  logRetention: RetentionDays | undefined;
  logEncryptionKey: IKey | undefined;
}

/**
 * Creates the custom resource that runs the function at each deployment that changes something.
 *
 * CDK's provider framework passes the properties on as the event, and fails the deployment if the function throws. The
 * alternatives do not work: triggers.Trigger has no payload, and AwsCustomResource reports a failed function as a
 * success.
 */
export function deployHook(parent: Construct, options: DeployHookOptions): CustomResource {
  const scope = new Construct(parent, "OnDeploy");
  const { fn, timeout } = options.target;
  const { attempts, maxWaitSeconds } = attemptsFor(timeout.toSeconds());
  return new CustomResource(scope, "Run", {
    serviceToken: provider(scope, options, attempts).serviceToken,
    resourceType: "Custom::JetStreamEnsure",
    properties: {
      trigger: "deploy",
      mode: options.mode,
      failOn: options.failOn,
      topology: options.topologyHash,
      // CloudFormation runs the resource again only if a property changes. Version numbers only grow. So the version
      // and the function's name show the function that CloudFormation rolls a deployment back.
      version: fn.currentVersion.version,
      function: fn.functionName,
    },
    // The wait for another run, and two runs, because the framework tries once more after any error.
    serviceTimeout: Duration.seconds(Math.min(2 * timeout.toSeconds() + maxWaitSeconds + 180, LONGEST_WAIT_SECONDS)),
    // A deleted stack leaves the broker as it is, so CloudFormation does not even invoke the function.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Works out how many attempts the framework needs to invoke the function while another run is active.
 *
 * Runs must not overlap, so Lambda throttles the framework until a run that the schedule started just before has ended.
 * The attempts last as long as such a run may take. With too few attempts, a deployment at the wrong moment would fail,
 * and so would its rollback, which must not fail.
 *
 * @returns the attempts, and the seconds that they wait at most
 */
function attemptsFor(runSeconds: number): { attempts: number; maxWaitSeconds: number } {
  let attempts = LEAST_ATTEMPTS;
  const fits = (count: number) => waitSeconds(count).most + runSeconds <= FRAMEWORK_SECONDS;
  while (waitSeconds(attempts).least < runSeconds && fits(attempts + 1)) attempts++;
  return { attempts, maxWaitSeconds: waitSeconds(attempts).most };
}

/**
 * Seconds that the attempts wait, within three standard deviations. After the last attempt the framework repeats the
 * whole series once.
 */
function waitSeconds(attempts: number): { least: number; most: number } {
  const delays = Array.from({ length: attempts - 1 }, (_, retry) =>
    Math.min(FIRST_DELAY_SECONDS * 2 ** retry, LONGEST_DELAY_SECONDS),
  );
  const mean = 2 * delays.reduce((sum, delay) => sum + delay / 2, 0);
  const deviation = Math.sqrt(2 * delays.reduce((sum, delay) => sum + delay ** 2 / 12, 0));
  return { least: Math.floor(mean - 3 * deviation), most: Math.ceil(mean + 3 * deviation) };
}

function provider(
  scope: Construct,
  { target, logRetention, logEncryptionKey }: DeployHookOptions,
  attempts: number,
): Provider {
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
  if (framework instanceof LambdaFunction) framework.addEnvironment("AWS_MAX_ATTEMPTS", String(attempts));
  acknowledge(provider, {
    "Serverless-LambdaTracing": "CDK's own function, which passes one event on at a deployment.",
    "Serverless-LambdaDLQ": "CloudFormation invokes it and waits for its answer: no answer fails the deployment.",
    "Serverless-LambdaDefaultMemorySize": "CDK's own function, which passes one event on and waits.",
  });
  return provider;
}
