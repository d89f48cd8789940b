import { execFile } from "node:child_process";
import { endWithProcess } from "./end-with-process.ts";

type Env = Record<string, string | undefined>;

/**
 * Runs a program to its end and gives what it printed on standard output. It ends with this process.
 *
 * @throws an Error of one line: that it is not installed, took too long, or the last line it complained with.
 */
export function run(
  command: string,
  args: string[],
  options: { env: Env; cwd?: string; timeoutMs: number },
): Promise<string> {
  const { env, cwd, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 32 * 1024 * 1024 } as const;
    const child = execFile(command, args, { ...limits, env, ...(cwd && { cwd }) }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      reject(new Error(explain(command, error, `${stdout}\n${stderr}`, timeoutMs)));
    });
    endWithProcess(child);
  });
}

function explain(
  command: string,
  error: { code?: unknown; killed?: boolean; signal?: unknown },
  output: string,
  timeoutMs: number,
): string {
  if (error.code === "ENOENT") return `${command} is not installed`;
  if (error.killed) return `${command} was not done after ${timeoutMs / 1000} s`;
  if (typeof error.code === "string") return `${command} could not be run (${error.code})`;
  const lines = output.split("\n").map((line) => line.trim());
  // The last line that says it is the error; tools end with hints and warnings (pip, apt) more often than with it.
  const told = lines.findLast((line) => /^(E:|error|fatal)/i.test(line)) ?? lines.findLast((line) => line !== "");
  if (told === undefined) return `${command} ended with ${error.code ?? error.signal}`;
  return withoutPasswords(told.replace(/^(E|error|fatal):\s*/i, "").replace(/\.$/, ""));
}

/** A mirror's address may carry the login to it. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/:\/\/[^/\s@]+@/g, "://");
}
