import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Deployed } from "../synthesize.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import { IDENTITY } from "./lambda-environment.ts";

/** What the caller of an invocation gets, and what can be known of it besides. */
export interface Invocation {
  requestId: string;
  /** A process was started for it. */
  cold: boolean;
  /**
   * - `response`: what the handler returned is the payload;
   * - `error`: what it threw is;
   * - `init`: the code could not be loaded;
   * - `timeout`, `exit`: Lambda killed the process, or it ended.
   */
  outcome: "response" | "error" | "init" | "timeout" | "exit";
  /** JSON, parsed. */
  payload: unknown;
  /** The payload as it was sent. */
  body: string;
  /** Milliseconds, without the initialization. */
  durationMs: number;
  /** What the process wrote meanwhile, a line each. */
  lines: string[];
}

/** An error as Lambda gives it to the caller. */
export interface ErrorPayload {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export interface LambdaFunction extends AsyncDisposable {
  /**
   * Invokes the function; one invocation at a time. The process is frozen in between, and one that ended is replaced.
   *
   * @param options.timeoutMs default: what is deployed
   */
  invoke(event?: unknown, options?: { timeoutMs?: number }): Promise<Invocation>;
  /** The process; throws where there is none. */
  environment(): ExecutionEnvironment;
  /** All that all of its processes wrote, and all payloads. */
  everything(): Promise<string>;
}

/** Lambda's part: execution environments, one after the other, and what becomes of an invocation. */
export function lambdaFunction(deployed: Deployed, place: { ric: string; dir: string }): LambdaFunction {
  const all: ExecutionEnvironment[] = [];
  const payloads: string[] = [];
  let live: ExecutionEnvironment | undefined;

  async function started(): Promise<ExecutionEnvironment> {
    const logStream = `2026/11/23/[${IDENTITY.version}]${randomBytes(16).toString("hex")}`;
    const environment = await startEnvironment(deployed, {
      ...place,
      dir: join(place.dir, String(all.length)),
      logStream,
    });
    all.push(environment);
    return environment;
  }

  async function outcomeOf(requestId: string, timeoutMs: number, event: unknown) {
    if (!live) throw new Error("There is no process.");
    if (live.init.kind !== "ready") return failedInit(live.init, requestId);
    const ended = await live.invoke({
      requestId,
      event,
      deadline: Date.now() + timeoutMs,
      functionArn: IDENTITY.arn,
      traceId: `Root=1-5f84c7a9-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`,
    });
    if (ended.kind === "response" || ended.kind === "error") return { outcome: ended.kind, body: ended.body };
    const outcome = ended.kind === "exit" ? ("exit" as const) : ("timeout" as const);
    const said = ended.kind === "exit" ? exitError(requestId, ended.status) : timeoutError(requestId, timeoutMs);
    return { outcome, body: JSON.stringify(said) };
  }

  return {
    async invoke(event = {}, { timeoutMs = deployed.timeoutSeconds * 1000 } = {}) {
      const cold = live === undefined || !live.alive;
      if (!live?.alive) live = await started();
      const before = cold ? "" : await live.log();
      const requestId = randomUUID();
      const startedAt = performance.now();
      const { outcome, body } = await outcomeOf(requestId, timeoutMs, event);
      const durationMs = performance.now() - startedAt;
      payloads.push(body);
      const written = (await live.log()).slice(before.length);
      const lines = written.split("\n").filter((line) => line !== "");
      return { requestId, cold, outcome, body, payload: JSON.parse(body), durationMs, lines };
    },
    environment() {
      if (!live) throw new Error("There is no process.");
      return live;
    },
    async everything() {
      const logs = await Promise.all(all.map((environment) => environment.log()));
      return [...logs, ...payloads].join("\n");
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((environment) => environment.end()));
    },
  };
}

function failedInit(init: ExecutionEnvironment["init"], requestId: string) {
  const outcome = "init" as const;
  if (init.kind === "error") return { outcome, body: init.body };
  const said = init.kind === "exit" ? exitError(requestId, init.status) : timeoutError(requestId, 10_000);
  return { outcome, body: JSON.stringify(said) };
}

function timeoutError(requestId: string, ms: number): ErrorPayload {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage };
}

function exitError(requestId: string, status: string): ErrorPayload {
  const how = status.startsWith("SIG") ? `signal: ${status}` : status;
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  };
}
