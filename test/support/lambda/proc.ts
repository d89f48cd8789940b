import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** MiB of memory that a process has had at once, at most (Linux's VmHWM). Also of one that is stopped. */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status does not say VmHWM.`);
  return Number(kib) / 1024;
}

/** Stops a process where it is, and waits until it stands still: all its threads, which a signal reaches one by one. */
export async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  while (!["T", "Z", "X"].includes(await stateOf(pid))) await sleep(1);
}

export function go(pid: number): void {
  process.kill(pid, "SIGCONT");
}

/** The letter after the command, which is in brackets and may have any letter in it; X where it is gone. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 1).trim()[0] ?? "X";
}
