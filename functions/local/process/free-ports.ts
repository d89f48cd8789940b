import { randomInt } from "node:crypto";
import { readFileSync, rmdirSync, rmSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Linux, macOS and Windows hand out ports from here on, unless they are set up differently. */
const DEFAULT_EPHEMERAL_START = 32_768;
/** Many programs have a port below this one, and fetch refuses 10080. */
const FIRST = 11_000;
const SMALLEST_RANGE = 1_000;

/** One file per held port, with the id of the process that holds it. A directory per user: others may not write to it. */
const HELD_PORTS = join(tmpdir(), `jetstream-ensure-ports-${userInfo().uid}`);

const heldHere = new Set<string>();

/**
 * Takes ports of 127.0.0.1 on which nobody listens, and holds them until this process ends: no other process that asks
 * here gets one of them, also while the server that uses it is down. They lie outside the range from which the kernel
 * serves outgoing connections and programs that listen on port 0, so those do not take them either. Only a program that
 * names such a port itself still can, so a caller must be ready to find its port taken.
 */
export async function freePorts(count: number): Promise<number[]> {
  const end = Math.max(ephemeralStart(), FIRST + SMALLEST_RANGE);
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(FIRST, end);
    if ((await hold(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/** The first port that the kernel may hand out by itself. */
export function ephemeralStart(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    return DEFAULT_EPHEMERAL_START;
  }
}

async function hold(port: number): Promise<boolean> {
  const path = join(HELD_PORTS, String(port));
  // Each time: the last process that holds any takes the directory away.
  await mkdir(HELD_PORTS, { recursive: true });
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return false;
    if (code !== "EEXIST") throw error;
    // The next call may have it: taking it now would race with others that found the same.
    if (!isRunning(Number(await readFile(path, "utf8").catch(() => "")))) await rm(path, { force: true });
    return false;
  }
  if (heldHere.size === 0) process.once("exit", releaseAll);
  heldHere.add(path);
  return true;
}

function releaseAll(): void {
  for (const path of heldHere) rmSync(path, { force: true });
  try {
    rmdirSync(HELD_PORTS);
  } catch {
    // Other processes hold some.
  }
}

/** A file that is just being written has no process id yet (0), and counts as one of a process that runs. */
function isRunning(pid: number): boolean {
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.once("error", () => resolve(false));
    listener.listen(port, "127.0.0.1", () => listener.close(() => resolve(true)));
  });
}
