import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { processes } from "../../../functions/local/process/processes.ts";
import { binaryOf } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when stderr holds this. */
  told(text: string): Promise<void>;
  finished: Promise<Finished>;
}

interface Surroundings {
  env?: Record<string, string>;
  cwd?: string;
  version?: string;
}

/** `npm start` or `npm run demo` as a process of its own, with no variable of this one's but `env` and the path. */
export function launch(
  script: "start" | "demo",
  args: string[],
  { env = {}, cwd = import.meta.dirname, version = newest }: Surroundings = {},
): Running {
  const path = fileURLToPath(new URL(`../../../functions/local/${script}.ts`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    cwd,
    env: { PATH: process.env.PATH, NATS_SERVER_BIN: binaryOf(version), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return {
    child,
    async told(text) {
      while (!output.stderr.includes(text)) {
        const ended = once(child, "exit").then(() => {
          throw new Error(`The program ended before it told of "${text}": ${output.stderr}`);
        });
        await Promise.race([once(child.stderr, "data"), ended]);
      }
    },
    finished: once(child, "close").then(([code]) => ({ ...output, code: code as number | null })),
  };
}

export interface Data extends AsyncDisposable {
  dir: string;
  /** `npm start` on this data. */
  launch(args?: string[], surroundings?: Surroundings): Running;
  /** The same, to its end. */
  start(args?: string[], surroundings?: Surroundings): Promise<Finished>;
  read(name: string): Promise<string>;
  /** The function's log of the last run. */
  log(): Promise<LogLine[]>;
  /** The nats-servers that run on this data. */
  servers(): Promise<number[]>;
}

export type LogLine = { event?: string; id?: string; outcome?: string; [key: string]: unknown };

/** A data directory of a test's own, with a space in its name. */
export async function ownData(): Promise<Data> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure start "));
  const read = (name: string) => readFile(join(dir, name), "utf8");
  const launchOn = (args: string[] = [], surroundings: Surroundings = {}) =>
    launch("start", ["--data", dir, ...args], surroundings);
  const servers = async () => {
    const all = await processes();
    return all.filter(({ command }) => command.endsWith(`${dir}/nats-server/nats-server.conf`)).map(({ pid }) => pid);
  };
  return {
    dir,
    read,
    servers,
    launch: launchOn,
    start: (args, surroundings) => launchOn(args, surroundings).finished,
    async log() {
      const lines = (await read("log.jsonl")).trimEnd().split("\n");
      return lines.map((line) => JSON.parse(line) as LogLine);
    },
    async [Symbol.asyncDispose]() {
      for (const pid of await servers()) process.kill(pid, "SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
}
