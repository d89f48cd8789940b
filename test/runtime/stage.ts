import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject } from "vitest";
import type { ServerOptions } from "../../functions/local/nats-server/launch.ts";
import { type SsmEndpoint, startSsmEndpoint } from "../../functions/local/ssm/ssm-endpoint.ts";
import type { Result } from "../../lib/report/result.ts";
import {
  type ErrorPayload,
  type Invocation,
  type LambdaFunction,
  lambdaFunction,
} from "../support/lambda/lambda-function.ts";
import { startServer, type TestServer } from "../support/nats-server.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { newest } from "../support/versions.ts";
import { PARAMETERS } from "./setup.ts";

export const LOGIN = { user: "lambda", password: "s3cret-of-the-runtime" };
export const ENSURE = { mode: "ensure", trigger: "schedule" };

export interface Stage extends AsyncDisposable {
  server: TestServer;
  /** Between the function and the server. */
  proxy: TcpProxy;
  ssm: SsmEndpoint;
  lambda: LambdaFunction;
}

/**
 * The function as it is deployed, behind Lambda's Runtime API, with SSM and a broker that wants a password. Whatever a
 * test is about, the password must not be in anything that the function wrote or answered.
 *
 * @param options.broker more of the server's options
 * @param options.change of what is deployed: another asset, more memory
 */
export async function startStage(
  options: {
    topology?: "kanade" | "thousand";
    broker?: ServerOptions;
    environment?: Record<string, string>;
    change?: { asset?: string; memoryMiB?: number; handler?: string };
  } = {},
): Promise<Stage> {
  const { topology = "kanade", broker = {}, environment = {}, change = {} } = options;
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-runtime-"));
  const server = await startServer(newest, { login: LOGIN, ...broker });
  const proxy = await startTcpProxy({ target: { port: server.port } });
  const ssm = await startSsmEndpoint({
    parameters: { [PARAMETERS.user]: { value: LOGIN.user }, [PARAMETERS.password]: { value: LOGIN.password } },
  });
  const deployed = inject("deployed")[topology];
  const lambda = lambdaFunction(
    {
      ...deployed,
      ...change,
      environment: {
        ...deployed.environment,
        NATS_SERVERS: `nats://${proxy.address}`,
        AWS_ENDPOINT_URL_SSM: ssm.url,
        ...environment,
      },
    },
    { ric: inject("ric"), dir },
  );
  return {
    server,
    proxy,
    ssm,
    lambda,
    async [Symbol.asyncDispose]() {
      const written = await lambda.everything();
      await lambda[Symbol.asyncDispose]();
      await Promise.all([ssm.close(), proxy.close()]);
      await server[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
      expect(written).not.toContain(LOGIN.password);
    },
  };
}

/** Starts an invocation over a slow network, and returns when it has logged in and reads: it is in the middle then. */
export async function inTheMiddle(
  { lambda, proxy }: Stage,
  options: { timeoutMs: number },
): Promise<{ invoking: Promise<Invocation> }> {
  proxy.latency(100);
  const { connections, turns } = proxy.counts;
  const invoking = lambda.invoke(ENSURE, options);
  // The login is the first time that the client answers; the reads are the second.
  while (proxy.counts.connections === connections || proxy.counts.turns < turns + 2) await sleep(5);
  // In an object, so that it is not awaited here.
  return { invoking };
}

/** The report of an invocation that has one. */
export function resultOf(invocation: Invocation): Result {
  expect(invocation.outcome, invocation.body).toBe("response");
  return invocation.payload as Result;
}

/** The error of an invocation that the handler failed: what a person sees of it, which is no stack. */
export function errorOf(invocation: Invocation): ErrorPayload {
  expect(invocation.outcome, invocation.body).toBe("error");
  const error = invocation.payload as ErrorPayload;
  expect(error.trace).toEqual([`${error.errorType}: ${error.errorMessage}`]);
  return error;
}

/** Each line of an invocation, which must be JSON of its own: that is how CloudWatch finds its keys. */
export function logOf({ lines }: Invocation): Record<string, unknown>[] {
  return lines.map((line) => {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null) throw new Error(`A line of the log is no object: ${line}`);
    return entry as Record<string, unknown>;
  });
}

/** What an invocation complained of. */
export function complaintsOf(invocation: Invocation): unknown[] {
  return logOf(invocation).filter(({ level }) => level === "ERROR" || level === "WARN" || level === "FATAL");
}
