import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UsageError } from "../../cli/usage-error.ts";
import { commandOf } from "./processes.ts";

const holderFile = z.object({ pid: z.number(), command: z.string() });
type Holder = z.infer<typeof holderFile>;

const ATTEMPTS = 20;

/**
 * Takes a directory for this process alone: two servers on one store would destroy each other's data. A process that
 * was killed leaves its lock behind; that is seen, and the lock taken over.
 *
 * @throws UsageError when another process has it
 */
export async function lockDirectory(dir: string): Promise<AsyncDisposable> {
  const path = join(dir, "lock");
  const own = JSON.stringify({ pid: process.pid, command: (await commandOf(process.pid)) ?? "" });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await written(path, own)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    const found = await readFile(path, "utf8").catch(() => undefined);
    // Released meanwhile.
    if (found === undefined) continue;
    const holder = holderOf(found);
    // Another process is just writing it, or was killed while it did.
    if (holder === undefined && attempt < ATTEMPTS / 2) await sleep(50);
    else if (holder !== undefined && (await isRunning(holder))) throw inUse(dir, holder);
    else await removeStale(path, found);
  }
  throw new UsageError(`Cannot take ${dir} for this run: delete ${path} if no other npm start is running.`);
}

async function written(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(text: string): Holder | undefined {
  try {
    return holderFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Process ids are given again, to others (after a restart soon), so the command counts as well. */
async function isRunning({ pid, command }: Holder): Promise<boolean> {
  if (pid === process.pid) return false;
  if (process.platform !== "win32") return (await commandOf(pid)) === command;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Another process may have done just that, and have locked since: then it gets its lock back. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const removed = await readFile(aside, "utf8");
  if (removed !== stale) await written(path, removed);
  await rm(aside);
}

function inUse(dir: string, { pid }: Holder): UsageError {
  return new UsageError(
    `Another npm start (process ${pid}) is using ${dir}: wait for it to end, or give this one its own with ` +
      "npm start -- --data DIR.",
  );
}
