import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Result } from "../../lib/report/result.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { start } from "../broker/cli/command.ts";
import { shop } from "./goods.ts";
import type { Told } from "./scenario.ts";
import { LOGIN, type Stage } from "./stage.ts";
import { toldBy } from "./told.ts";

export interface Command {
  kill(signal: NodeJS.Signals): void;
  told: Promise<Told>;
}

/** `jetstream-ensure ensure --json`, as a process of its own, through the stage's proxy. */
export async function command(stage: Stage, topology: Topology = shop): Promise<Command> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-faults-"));
  const file = join(dir, "topology.json");
  await writeFile(file, JSON.stringify(topology));
  const started = performance.now();
  const args = ["ensure", "--topology", file, "--server", stage.proxy.address, "--json", "--timeout", "2s"];
  const child = start(args, { NATS_USER: LOGIN.user, NATS_PASSWORD: LOGIN.password });
  const ended = new Promise<{ code: number | null }>((resolve) => child.on("close", (code) => resolve({ code })));
  const told = Promise.all([text(child.stdout), text(child.stderr), ended]).then(async ([stdout, stderr, { code }]) => {
    await rm(dir, { recursive: true });
    return toldByProcess(code, stdout, stderr, performance.now() - started);
  });
  return { kill: (signal) => child.kill(signal), told };
}

/** How a shell says that a signal has ended a process, where the process has said so itself. */
const BY_SIGNAL = [130, 143];

function toldByProcess(code: number | null, stdout: string, stderr: string, durationMs: number): Told {
  const common = { everything: `${stdout}\n${stderr}`, durationMs };
  if (stdout !== "") return { ...toldBy(JSON.parse(stdout) as Result), ...common };
  const outcome = code === null ? "killed" : BY_SIGNAL.includes(code) ? "interrupted" : "failed";
  return { outcome, classes: [], sentence: stderr.trim(), ...common };
}

/** The command line where the function would be. */
export async function commanded(stage: Stage): Promise<Told> {
  const running = await command(stage);
  stage.interrupt = running.kill;
  return running.told;
}
