import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { relatedTests } from "./related-tests.ts";
import { sampleOf } from "./sample.ts";
import type { Outcome, Task } from "./worker.ts";

/**
 * `npm run test:mutation`: changes the source in one small way after the other and looks whether the unit tests notice.
 * What they do not notice is listed with its place: either a test is missing, or the change makes no difference.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "20260801" },
    workers: { type: "string", default: String(availableParallelism()) },
    "at-least": { type: "string", default: "0" },
    verbose: { type: "boolean", default: false },
  },
});
const FOLDERS = ["lib/observe", "lib/plan", "lib/ensure", "lib/topology/units"];
/** For the tests as they are. */
const UNCHANGED_MS = 600_000;

const sources = await filesOf(positionals.length > 0 ? positionals : FOLDERS, "**/*.ts");
const tests = await filesOf(["test/unit"], "**/*.test.ts");
const related = new Map(sources.map((file) => [file, relatedTests(file, tests)]));
const before = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));
const all = sources.flatMap((file) => mutantsOf(file, before.get(file) ?? ""));
const chosen = values.sample === undefined ? all : sampleOf(all, Number(values.sample), Number(values.seed));
say(`${chosen.length} of ${all.length} mutants in ${sources.length} files, seed ${values.seed}`);

/** Per mutant. A loop that no longer ends is noticed by it; the parent ends the worker. */
const limitMs = 30_000 + 2 * (await tryUnchanged());
const started = performance.now();
const survivors: Mutant[] = [];
const queue = [...chosen];
let done = 0;
await Promise.all(Array.from({ length: Number(values.workers) }, work));
report();

/** What fails without any change would fail with each, and count as noticed. @returns how long it took */
async function tryUnchanged(): Promise<number> {
  const worker = await startWorker();
  const began = performance.now();
  const outcome = await ask(worker, { tests: [...new Set([...related.values()].flat())] }, UNCHANGED_MS);
  end(worker);
  if (outcome?.failed === undefined && outcome !== undefined) return performance.now() - began;
  say(`The tests fail without any change: ${outcome?.failed ?? "time limit"}`);
  process.exit(1);
}

async function work(): Promise<void> {
  let worker = await startWorker();
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const tests = related.get(mutant.file) ?? [];
    let outcome: Outcome | undefined = tests.length === 0 ? {} : await ask(worker, { mutant, tests }, limitMs);
    // It may have ended for want of memory, say: only what ends it twice is what the mutant does.
    for (let tries = 0; tries < 2 && (outcome === undefined || hasEnded(worker)); tries++) {
      end(worker);
      worker = await startWorker();
      if (outcome === undefined) break;
      if (tries === 0) outcome = await ask(worker, { mutant, tests }, limitMs);
    }
    const noticed = outcome === undefined ? "time limit" : outcome.failed;
    if (noticed === undefined) survivors.push(mutant);
    done += 1;
    if (values.verbose || noticed === undefined)
      say(`${done} ${lineOf(mutant)}: ${noticed?.split("\n")[0] ?? "NOT NOTICED"}`);
  }
  end(worker);
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(new URL("./worker.ts", import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, PROPERTY_TIME_MS: process.env.PROPERTY_TIME_MS ?? "400" },
  });
  await answerOf(worker, UNCHANGED_MS);
  return worker;
}

function ask(worker: ChildProcess, task: Task, withinMs: number): Promise<Outcome | undefined> {
  const answer = answerOf(worker, withinMs);
  worker.send(task);
  return answer;
}

/** undefined when there is none in time. */
function answerOf(worker: ChildProcess, withinMs: number): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(undefined), withinMs);
    const ended = () => finish({ failed: "the tests' process ended" });
    const finish = (outcome: Outcome | undefined) => {
      clearTimeout(timer);
      worker.off("message", finish).off("exit", ended);
      resolve(outcome);
    };
    worker.once("message", finish).once("exit", ended);
  });
}

function hasEnded({ exitCode, signalCode, connected }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || !connected;
}

function end(worker: ChildProcess): void {
  worker.kill("SIGKILL");
}

function report(): void {
  say("");
  for (const file of sources) {
    const tried = chosen.filter((mutant) => mutant.file === file).length;
    const left = survivors.filter((mutant) => mutant.file === file).length;
    if (left > 0) say(`${file}: ${tried - left} of ${tried} noticed`);
  }
  const noticed = chosen.length - survivors.length;
  const share = chosen.length === 0 ? 1 : noticed / chosen.length;
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${noticed} of ${chosen.length} mutants noticed (${(100 * share).toFixed(1)} %), in ${seconds} s`);
  const changed = sources.filter((file) => readFileSync(file, "utf8") !== before.get(file));
  if (changed.length > 0) {
    say(`This says nothing: ${changed.join(", ")} was changed meanwhile.`);
    process.exitCode = 1;
  }
  if (100 * share < Number(values["at-least"])) process.exitCode = 1;
}

function lineOf({ file, line, before, after }: Mutant): string {
  const short = (text: string) => {
    const flat = text.replaceAll(/\s+/g, " ");
    return flat.length > 90 ? `${flat.slice(0, 87)}…` : flat;
  };
  return `${file}:${line}  ${short(before)}  →  ${short(after)}`;
}

async function filesOf(paths: string[], pattern: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (path.endsWith(".ts")) files.push(path);
    else for await (const file of glob(`${path}/${pattern}`)) files.push(file);
  }
  return files.toSorted();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
