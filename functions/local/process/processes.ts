import { readdir, readFile } from "node:fs/promises";
import { run } from "../nats-server/run-program.ts";

interface Process {
  pid: number;
  /** Program and arguments with a space between. */
  command: string;
}

/**
 * The processes of this machine that can be seen. None on Windows, which has no program that is always there and
 * tells; nor those that have ended and are not yet reaped, which have no command any more.
 */
export async function processes(): Promise<Process[]> {
  if (process.platform === "win32") return [];
  // Not ps: slim images of Linux come without it.
  if (process.platform === "linux") return fromProc(await readdir("/proc"));
  const list = await run("ps", ["-axww", "-o", "pid=,command="], { env: process.env, timeoutMs: 10_000 });
  return list.split("\n").flatMap((line) => {
    const [, pid, command = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || command === "" ? [] : [{ pid: Number(pid), command }];
  });
}

/** The command of a process; undefined when it has ended. */
export async function commandOf(pid: number): Promise<string | undefined> {
  const list = process.platform === "linux" ? await fromProc([String(pid)]) : await processes();
  return list.find((each) => each.pid === pid)?.command;
}

async function fromProc(names: string[]): Promise<Process[]> {
  const pids = names.filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // It may end between listing and reading.
      const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return { pid: Number(pid), command: text.replace(/\0$/, "").replaceAll("\0", " ") };
    }),
  );
  return found.filter(({ command }) => command !== "");
}
