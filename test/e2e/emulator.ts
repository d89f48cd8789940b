import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../functions/cli/usage-error.ts";
import { endWithProcess } from "../../functions/local/nats-server/end-with-process.ts";
import { freePorts } from "../../functions/local/process/free-ports.ts";
import { ACCOUNT, REGION } from "./environment.ts";

const READY_WITHIN_MS = 30_000;
const END_WITHIN_MS = 10_000;

export interface Emulator extends AsyncDisposable {
  url: string;
  pid: number;
}

/**
 * Starts the emulator on a free port of 127.0.0.1 and waits until it answers. It ends with this process, and the
 * functions that it started with it.
 *
 * @throws UsageError with the end of its log where it does not start
 */
export async function startEmulator(how: {
  python: string;
  environment: Record<string, string>;
  cwd: string;
  logPath: string;
}): Promise<Emulator> {
  // It has no way to pick one itself, and to tell which.
  const [port] = await freePorts(1);
  const log = openSync(how.logPath, "a", 0o600);
  const child = spawn(how.python, ["-m", "ministack"], {
    cwd: how.cwd,
    env: {
      ...how.environment,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: "127.0.0.1",
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      LAMBDA_EXECUTOR: "local",
      // Listeners of their own ports, which nothing here needs.
      SFTP_ENABLED: "0",
      IOT_MTLS_ENABLED: "0",
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  endWithProcess(child);
  const gone = once(child, "exit").then(
    ([code, signal]) => `it ended with ${signal ?? `exit code ${code}`}`,
    (error: Error) => error.message,
  );
  const url = `http://127.0.0.1:${port}`;
  const end = async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  };
  const trouble = await Promise.race([gone, ready(url)]);
  if (trouble !== undefined || child.pid === undefined) {
    await end();
    const lines = readFileSync(how.logPath, "utf8").trimEnd().split("\n").slice(-6).join("\n");
    throw new UsageError(`The emulator of AWS did not start: ${trouble}. The end of its log:\n${lines}`);
  }
  return { url, pid: child.pid, [Symbol.asyncDispose]: end };
}

async function ready(url: string): Promise<string | undefined> {
  for (const end = performance.now() + READY_WITHIN_MS; performance.now() < end; await sleep(100)) {
    const isUp = await fetch(`${url}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return undefined;
  }
  return `it did not answer within ${READY_WITHIN_MS / 1000} s`;
}
