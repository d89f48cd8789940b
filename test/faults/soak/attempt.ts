import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "../../../lib/report/result.ts";
import { start } from "../../broker/cli/command.ts";
import { runOn } from "../../support/run.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import type { SoakCase } from "./case.ts";
import { atWord, strike } from "./fault.ts";
import type { Ground } from "./ground.ts";

/** Milliseconds from a run's begin to its deadline. */
const DEADLINE_MS = 1500;

/** What the Lambda keeps beyond it, for logs and the answer: a run that ends after this has not kept its deadline. */
const GRACE_MS = 1000;

export interface Attempt {
  /** None of a process that was killed. */
  results: Result[];
  late: string[];
  /** The fault came to pass before the run was over. */
  struck: boolean;
}

/** Runs the case's topology while its fault strikes. */
export async function attempt(ground: Ground, soakCase: SoakCase): Promise<Attempt> {
  const { fault } = soakCase;
  let struck = false;
  const proxy = await startTcpProxy({ target: { port: ground.server.port } });
  try {
    if (fault.kind === "the process is killed") {
      return { results: [], late: [], struck: await killed(proxy, soakCase) };
    }
    await strike({ proxy, ground }, fault, () => {
      struck = true;
    });
    const deadlineMs = fault.kind === "the deadline is near" ? fault.ms : DEADLINE_MS;
    const runs = fault.kind === "two runs at once" ? 2 : 1;
    const started = performance.now();
    const results = await Promise.all(
      Array.from({ length: runs }, () => runBy(proxy, soakCase, Date.now() + deadlineMs)),
    );
    const took = performance.now() - started;
    const late = took > deadlineMs + GRACE_MS ? [`it took ${Math.round(took)} ms of ${deadlineMs}`] : [];
    return { results, late, struck };
  } finally {
    proxy.heal();
    await proxy.idle();
    await proxy.close();
  }
}

function runBy(proxy: TcpProxy, { topology, timeoutMs }: SoakCase, deadline: number): Promise<Result> {
  const api = { timeoutMs };
  return runOn({ url: `nats://${proxy.address}` }, topology, { deadline, api, connection: { timeoutMs } });
}

/** The command line, in a process that ends with SIGKILL at the fault's word, if it comes so far. */
async function killed(proxy: TcpProxy, { topology, fault }: SoakCase): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-soak-"));
  const file = join(dir, "topology.json");
  await writeFile(file, JSON.stringify(topology));
  const child = start(["ensure", "--topology", file, "--server", proxy.address]);
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  atWord(proxy, fault, () => child.kill("SIGKILL"));
  await new Promise((resolve) => child.on("close", resolve));
  await rm(dir, { recursive: true });
  return child.signalCode === "SIGKILL";
}
