import type { Deployed } from "../synthesize.ts";

export const REGION = "eu-west-1";

/** What a person sees of the function in AWS. */
export interface Identity {
  name: string;
  version: string;
  /** With the alias that everything invokes. */
  arn: string;
}

export const IDENTITY: Identity = {
  name: "kanade-jetstream-ensure",
  version: "7",
  arn: `arn:aws:lambda:${REGION}:123456789012:function:kanade-jetstream-ensure:live`,
};

/**
 * The whole environment of a function's process: what Lambda sets, and what the deployment sets. Nothing of this
 * process's. The paths are those of Lambda's image, whatever is there on this machine.
 */
export function lambdaEnvironment(
  { asset, environment, handler, memoryMiB }: Deployed,
  { logStream, runtimeApi }: { logStream: string; runtimeApi: string },
): Record<string, string> {
  return {
    ...environment,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: "ASIALOCAL",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: IDENTITY.name,
    AWS_LAMBDA_FUNCTION_VERSION: IDENTITY.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_LEVEL: "INFO",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/kanade",
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "169.254.79.129:2000",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: asset,
    LANG: "en_US.UTF-8",
    NODE_PATH:
      "/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: handler,
  };
}

/**
 * Node's flags, as the bootstrap of Lambda's Node.js images derives them from the function's memory: a tenth of it for
 * new objects (in two semi-spaces), the rest for old ones. It switches off, too, what Node calls experimental about
 * modules, and so do AWS's own tests of the client.
 */
export function nodeFlags(memoryMiB: number): string[] {
  const newSpace = Math.floor(memoryMiB / 10);
  return [
    "--expose-gc",
    "--max-http-header-size=81920",
    `--max-semi-space-size=${Math.floor(newSpace / 2)}`,
    `--max-old-space-size=${memoryMiB - newSpace}`,
    "--no-experimental-require-module",
    "--no-experimental-detect-module",
  ];
}
