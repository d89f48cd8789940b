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

/** CloudFormation waits no longer than an hour. */
const LONGEST_WAIT_SECONDS = 3600;

/** The framework's function ends after a quarter of an hour: its waiting and the run have to fit. */
const FRAMEWORK_SECONDS = 900;

/** Fewer would not outlast a run of a few seconds. */
const LEAST_ATTEMPTS = 10;

/** The SDK's backoff where it is turned away: a random part of half a second, doubled each time, up to 20 seconds. */
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
 * Runs at each deployment that changes something. The framework in between passes the properties on as the event, and
 * fails the deployment where the function throws: triggers.Trigger has no payload, AwsCustomResource reports a failed
 * function as a success.
 */
export function deployHook(parent: Construct, options: DeployHookOptions): CustomResource {
  const scope = new Construct(parent, "OnDeploy");
  const { fn, timeout } = options.target;
  const { attempts, most } = patienceFor(timeout.toSeconds());
  return new CustomResource(scope, "Run", {
    serviceToken: provider(scope, options, attempts).serviceToken,
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
    // The wait for another run, and two runs, because the framework tries once more, whatever the error was.
    serviceTimeout: Duration.seconds(Math.min(2 * timeout.toSeconds() + most + 180, LONGEST_WAIT_SECONDS)),
    // A stack that goes leaves the broker as it is: it is not even asked.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * How often the framework tries to invoke the function while another run goes on, as no two may overlap: until a run that
 * the schedule started just before has ended, however long it takes. Without, a deployment at the wrong moment (and its
 * undoing, which must not fail) is turned away.
 *
 * @returns the attempts, and the seconds that they wait at most
 */
function patienceFor(runSeconds: number): { attempts: number; most: number } {
  let attempts = LEAST_ATTEMPTS;
  const fits = (count: number) => waitOf(count).most + runSeconds <= FRAMEWORK_SECONDS;
  while (waitOf(attempts).least < runSeconds && fits(attempts + 1)) attempts++;
  return { attempts, most: waitOf(attempts).most };
}

/** Seconds, within three standard deviations. The framework tries a whole second time when all attempts are used up. */
function waitOf(attempts: number): { least: number; most: number } {
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
