import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { endWithProcess } from "./end-with-process.ts";

const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;
const LOG_TAIL_LINES = 6;

/** `tls://127.0.0.1:4222` and the like; the server writes the file when it accepts clients. */
const portsFile = z.object({ nats: z.tuple([z.url()]), monitoring: z.tuple([z.url()]) });

export interface RunningProcess {
  pid: number;
  url: string;
  monitorUrl: string;
  /** Ends it with `signal`, and with SIGKILL if that has not worked after 10 s. Resolves when it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/**
 * Starts the binary and waits until it takes clients.
 *
 * @throws an Error with the end of the server's log when it exits, or is not ready after 20 s.
 */
export async function startProcess(paths: {
  bin: string;
  configPath: string;
  logPath: string;
  portsDir: string;
}): Promise<RunningProcess> {
  const { bin, configPath, logPath, portsDir } = paths;
  const log = openSync(logPath, "a", 0o600);
  const logStart = statSync(logPath).size;
  const child = spawn(bin, ["-c", configPath], { stdio: ["ignore", log, log] });
  closeSync(log);
  const gone = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
    child.once("error", (error) => resolve(error.message));
  });
  endWithProcess(child);
  const waiting = new AbortController();
  const ready = readPorts(join(portsDir, `nats-server_${child.pid}.ports`), waiting.signal);
  const outcome = await Promise.race([ready, gone]);
  waiting.abort();
  if (typeof outcome === "string" || outcome === undefined || child.pid === undefined) {
    await endChild(child, gone, "SIGKILL");
    const why = typeof outcome === "string" ? outcome : `it was not ready after ${READY_WITHIN_MS / 1000} s`;
    throw new Error(`nats-server did not start: ${why}. The end of its log:\n${logTail(logPath, logStart)}`);
  }
  return {
    pid: child.pid,
    url: outcome.nats[0],
    monitorUrl: outcome.monitoring[0],
    end: (signal) => endChild(child, gone, signal),
  };
}

async function readPorts(path: string, signal: AbortSignal): Promise<z.infer<typeof portsFile> | undefined> {
  const end = performance.now() + READY_WITHIN_MS;
  for (; performance.now() < end && !signal.aborted; await sleep(20)) {
    const text = await readFile(path, "utf8").catch(() => "");
    // Not written in one step: what does not parse yet is looked at again.
    if (text.endsWith("}")) return portsFile.parse(JSON.parse(text));
  }
  return undefined;
}

async function endChild(child: ChildProcess, gone: Promise<string>, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}

/** The last lines of a server's log; with `start`, none from before that byte. */
export function logTail(logPath: string, start = 0): string {
  const lines = readFileSync(logPath).subarray(start).toString().trimEnd().split("\n");
  return lines.slice(-LOG_TAIL_LINES).join("\n");
}
