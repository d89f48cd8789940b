import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { vi } from "vitest";
import type { EnsureFailed } from "../../../functions/ensure/ensure-failed.ts";
import { type SsmEndpoint, startSsmEndpoint } from "../../../functions/local/ssm/ssm-endpoint.ts";
import type { SsmParameter } from "../../../functions/local/ssm/ssm-parameter.ts";
import type { Result } from "../../../lib/report/result.ts";
import { resolveTopology, type Topology, writeResolved } from "../../../lib/topology/index.ts";

export interface Lambda extends AsyncDisposable {
  ssm: SsmEndpoint;
  /** Invokes the real handler, as warm as the invocations before left it. */
  invoke(event?: unknown, options?: { remainingMs?: number }): Promise<Result>;
  /** The same, of an invocation that has to fail. */
  failure(event?: unknown, options?: { remainingMs?: number }): Promise<EnsureFailed>;
  set(environment: Record<string, string>): void;
}

/**
 * The function in this process, cold: its modules are loaded anew. The environment is what a deployment sets, and
 * POWERTOOLS_LOGGER_LOG_EVENT besides, which must not make it log an event.
 */
export async function startLambda(options: {
  topology: Topology;
  servers: string;
  parameters?: Record<string, SsmParameter>;
  environment?: Record<string, string>;
}): Promise<Lambda> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-function-"));
  const file = join(dir, "topology.json");
  await writeFile(file, writeResolved(resolveTopology(options.topology)));
  const ssm = await startSsmEndpoint({ parameters: options.parameters ?? {} });
  const set = (environment: Record<string, string>) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  };
  set({
    AWS_ENDPOINT_URL_SSM: ssm.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    POWERTOOLS_LOGGER_LOG_EVENT: "true",
    TOPOLOGY_FILE: file,
    NATS_SERVERS: options.servers,
    ...options.environment,
  });
  vi.resetModules();
  const { handler } = await import("../../../functions/ensure/handler.ts");
  const invoke = async (event: unknown = {}, { remainingMs = 30_000 } = {}) =>
    (await handler(event, contextOf(remainingMs))) as Result;
  return {
    ssm,
    set,
    invoke,
    async failure(event, more) {
      const outcome = await invoke(event, more).catch((error: unknown) => error);
      if (outcome instanceof Error) return outcome as EnsureFailed;
      throw new Error(`The invocation did not fail, but answered ${JSON.stringify(outcome)}.`);
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      await ssm.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A user and a password as they lie in SSM, and what tells the function where. */
export function loginInSsm(password: string): {
  parameters: Record<string, SsmParameter>;
  environment: Record<string, string>;
} {
  return {
    parameters: { "/nats/user": { value: "lambda" }, "/nats/password": { value: password } },
    environment: { NATS_USER_PARAMETER: "/nats/user", NATS_PASSWORD_PARAMETER: "/nats/password" },
  };
}

/** The same as {@link startLambda}, with credentials that come too late for a run that has 200 ms. */
export async function startSlowLambda(options: { topology: Topology; servers: string }): Promise<Lambda> {
  const lambda = await startLambda({ ...options, ...loginInSsm("s3cret") });
  lambda.ssm.delay(250);
  return lambda;
}

function contextOf(remainingMs: number): Context {
  const end = Date.now() + remainingMs;
  return {
    awsRequestId: "6f7a2b1e-0000-4000-8000-000000000000",
    callbackWaitsForEmptyEventLoop: true,
    functionName: "jetstream-ensure",
    functionVersion: "7",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:jetstream-ensure",
    logGroupName: "/aws/lambda/jetstream-ensure",
    logStreamName: "stream",
    memoryLimitInMB: "256",
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
