import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { BUNDLE_CONTEXT } from "../../cdk/construct/function/code.ts";
import type { JetStreamEnsureProps } from "../../cdk/construct/options/props.ts";
import { JetStreamEnsure } from "../../cdk/jetstream-ensure.ts";

/** What a deployment makes of the construct's function. */
export interface Deployed {
  /** The folder that is its code. */
  asset: string;
  environment: Record<string, string>;
  /** Such as `index.handler`. */
  handler: string;
  memoryMiB: number;
  timeoutSeconds: number;
}

/**
 * The construct in a stack of its own, synthesized.
 *
 * @param options.bundle the folder with the function's bundle
 */
export function synthesize(
  props: JetStreamEnsureProps,
  { outdir, bundle }: { outdir: string; bundle: string },
): Deployed {
  const stack = new Stack(new App({ outdir, context: { [BUNDLE_CONTEXT]: bundle } }), "Stack");
  new JetStreamEnsure(stack, "Ensure", props);
  const functions = Object.values(
    Template.fromStack(stack).findResources("AWS::Lambda::Function", { Properties: { Handler: "index.handler" } }),
  );
  const ours = functions.find(({ Properties }) => {
    const variables = Properties.Environment?.Variables ?? {};
    // Not the one that only looks.
    return "NATS_SERVERS" in variables && !("ENSURE_ALIAS_ARN" in variables);
  });
  if (!ours) throw new Error("The template has no function that is told where the broker is.");
  const { Code, Environment, Handler, MemorySize, Timeout } = ours.Properties;
  return {
    asset: join(outdir, `asset.${Code.S3Key.replace(/\.zip$/, "")}`),
    environment: Environment.Variables,
    handler: Handler,
    memoryMiB: MemorySize,
    timeoutSeconds: Timeout,
  };
}
