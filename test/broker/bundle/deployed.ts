import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { BUNDLE_CONTEXT } from "../../../cdk/code.ts";
import { JetStreamEnsure } from "../../../cdk/jetstream-ensure.ts";
import type { JetStreamEnsureProps } from "../../../cdk/props.ts";
import type { Result } from "../../../lib/report/result.ts";

/** What a deployment makes of the construct: the function's asset, and its environment. */
export interface Deployed {
  asset: string;
  environment: Record<string, string>;
}

export function synthesize(
  props: JetStreamEnsureProps,
  { outdir, bundle }: { outdir: string; bundle: string },
): Deployed {
  const stack = new Stack(new App({ outdir, context: { [BUNDLE_CONTEXT]: bundle } }), "Stack");
  new JetStreamEnsure(stack, "Ensure", props);
  const functions = Object.values(
    Template.fromStack(stack).findResources("AWS::Lambda::Function", { Properties: { Handler: "index.handler" } }),
  );
  const ours = functions.find(({ Properties }) => "NATS_SERVERS" in (Properties.Environment?.Variables ?? {}));
  if (!ours) throw new Error("The template has no function that is told where the broker is.");
  const { Code, Environment } = ours.Properties;
  return { asset: join(outdir, `asset.${Code.S3Key.replace(/\.zip$/, "")}`), environment: Environment.Variables };
}

export interface Invoked {
  results: Result[];
  /** All that the function wrote, as it wrote it. */
  output: string;
}

/**
 * Invokes the asset's handler in a process that has the environment of the deployment and of Lambda's service, and
 * nothing else of this one's.
 */
export async function invoke(
  { asset, environment }: Deployed,
  { events, ssmUrl }: { events: unknown[]; ssmUrl: string },
): Promise<Invoked> {
  const child = fork(
    fileURLToPath(new URL("runtime.ts", import.meta.url)),
    [asset, ...events.map((event) => JSON.stringify(event))],
    {
      cwd: asset,
      env: {
        ...environment,
        AWS_ENDPOINT_URL_SSM: ssmUrl,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_SESSION_TOKEN: "local",
        AWS_LAMBDA_FUNCTION_NAME: "jetstream-ensure",
        AWS_LAMBDA_LOG_FORMAT: "JSON",
        AWS_LAMBDA_LOG_LEVEL: "INFO",
        TZ: ":UTC",
      },
      execArgv: [],
      silent: true,
    },
  );
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("The process has no output.");
  const results: Result[] = [];
  child.on("message", (result) => results.push(result as Result));
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`The process ended with ${code}:\n${out}${err}`);
  return { results, output: out + err };
}
