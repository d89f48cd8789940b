import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { endWithProcess } from "../../../functions/local/nats-server/end-with-process.ts";
import type { Deployed } from "../synthesize.ts";
import { lambdaEnvironment, nodeFlags } from "./lambda-environment.ts";
import { go, peakMiB, stop } from "./proc.ts";
import { type Posted, type RuntimeApi, startRuntimeApi, type Work } from "./runtime-api.ts";

/** What Lambda allows for what is outside the handler. */
const INIT_WITHIN_MS = 10_000;
/** What Lambda allows a runtime that is told to end, before it is killed. */
const SHUTDOWN_WITHIN_MS = 2000;
/** How much later than Lambda this kills: on a busy machine an answer that was given in time arrives a little late. */
const GRACE_MS = 500;

/** What a phase of an execution environment ended with. */
export type Phase = Posted | { kind: "ready" } | { kind: "timeout" } | { kind: "exit"; status: string };

/** One process of the function, between its start and its end. */
export interface ExecutionEnvironment {
  readonly pid: number;
  /** `ready`, or why not. */
  readonly init: Phase;
  /** Thaws the process, hands it the work, and freezes it once it asks for more. */
  invoke(work: Work): Promise<Phase>;
  /** Stops the process in the middle of an invocation, as if it got no processor time; `go` gives it some again. */
  starve(): Promise<void>;
  feed(): void;
  /** SIGTERM, and SIGKILL after 2 s, as Lambda does. `ms` is how long it took to end. */
  shutdown(): Promise<{ by: string; ms: number }>;
  /** MiB of memory that the process has had at once, at most. Of a frozen process, too. */
  peakMiB(): Promise<number>;
  /** All that was written so far, to stdout and stderr: CloudWatch has them in one, too. */
  log(): Promise<string>;
  /** It can take more work. */
  readonly alive: boolean;
  end(): Promise<void>;
}

/**
 * Starts AWS's runtime on the deployed code, and waits until it is initialized. Then it is frozen.
 *
 * @param place.dir an own folder for its log. A file: what the process wrote is there whole whenever it is looked at, also
 *   after a SIGKILL
 */
export async function startEnvironment(
  deployed: Deployed,
  place: { ric: string; dir: string; logStream: string },
): Promise<ExecutionEnvironment> {
  const api = await startRuntimeApi();
  mkdirSync(place.dir, { recursive: true });
  const logPath = join(place.dir, "log");
  const log = openSync(logPath, "a");
  const child = spawn(process.execPath, [...nodeFlags(deployed.memoryMiB), place.ric], {
    cwd: deployed.asset,
    env: lambdaEnvironment(deployed, { logStream: place.logStream, runtimeApi: api.address }),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  endWithProcess(child, "SIGKILL");
  const exited = once(child, "exit").then(([code, signal]) => String(signal ?? `exit status ${code}`));
  const { pid } = child;
  if (pid === undefined) throw new Error("The runtime could not be started.");
  let alive = true;
  void exited.then(() => {
    alive = false;
  });

  async function kill(): Promise<void> {
    child.kill("SIGKILL");
    await exited;
  }

  /** A phase: what the runtime says, unless it ends or its time does. Both end the process, as Lambda has it. */
  async function phase(said: Promise<Phase>, withinMs: number): Promise<Phase> {
    const time = Promise.withResolvers<Phase>();
    const timer = setTimeout(() => time.resolve({ kind: "timeout" }), withinMs);
    const gone = exited.then((status): Phase => ({ kind: "exit", status }));
    const ended = await Promise.race([said, gone, time.promise]);
    clearTimeout(timer);
    if (ended.kind === "timeout") await kill();
    return ended;
  }

  const init = await phase(initialized(api), INIT_WITHIN_MS);
  if (init.kind === "ready") await stop(pid);
  // It ends itself, having said why.
  else
    await phase(
      exited.then((status) => ({ kind: "exit", status })),
      SHUTDOWN_WITHIN_MS,
    );

  return {
    pid,
    init,
    async invoke(work) {
      go(pid);
      const done = api.give(work).then(async (posted) => {
        await api.asked();
        return posted;
      });
      const ended = await phase(done, work.deadline - Date.now() + GRACE_MS);
      if (alive) await stop(pid);
      return ended;
    },
    starve: () => stop(pid),
    feed: () => go(pid),
    async shutdown() {
      const started = performance.now();
      go(pid);
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), SHUTDOWN_WITHIN_MS);
      const by = await exited;
      clearTimeout(timer);
      return { by, ms: performance.now() - started };
    },
    peakMiB: () => peakMiB(pid),
    log: () => readFile(logPath, "utf8"),
    get alive() {
      return alive;
    },
    async end() {
      await kill();
      await api.close();
    },
  };
}

function initialized(api: RuntimeApi): Promise<Phase> {
  return Promise.race([api.asked().then((): Phase => ({ kind: "ready" })), api.initFailed]);
}
