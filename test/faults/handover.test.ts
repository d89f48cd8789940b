import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { describe, expect, it } from "vitest";
import type { Result } from "../../lib/report/result.ts";
import { start } from "../broker/cli/command.ts";
import { HANDOVERS, type HandoverCase } from "../support/handovers.ts";
import { startServer, type TestServer } from "../support/nats-server.ts";
import { missingOf, publishThroughout, unstoredOf } from "../support/publishers.ts";
import { api } from "../support/raw.ts";
import { runOn } from "../support/run.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { newest } from "../support/versions.ts";
import type { Row } from "./row.ts";
import { WRITE } from "./scenario.ts";
import { toldBy } from "./told.ts";

/*
 * Subjects that move from one stream to another while messages are published to them, and something breaks at each
 * write of the run in turn. Afterwards, and after one clean run: no subject is without a stream, and every message that
 * was acknowledged is there.
 */

const DEADLINE_MS = 3000;
/** Beyond the deadline: what the Lambda keeps for logs and the answer. */
const GRACE_MS = 1000;

interface Ground {
  proxy: TcpProxy;
  server: TestServer;
}

/** What breaks at a write, before the broker gets it; `ends` is how the process ends. */
interface HandoverFault {
  name: string;
  /** A subject may be without a stream until the next run: nobody can reach the broker, or nobody is there to. */
  mayBeLeft?: true;
  strike(ground: Ground): unknown;
}

const FAULTS: HandoverFault[] = [
  { name: "the connection is reset", strike: ({ proxy }) => proxy.reset() },
  { name: "half-closed by the broker's side", strike: ({ proxy }) => proxy.halfClose() },
  {
    name: "silent for 500 ms",
    strike: ({ proxy }) => [proxy.blackhole(), void sleep(500).then(() => proxy.heal())],
  },
  { name: "silent from then on", mayBeLeft: true, strike: ({ proxy }) => proxy.blackhole() },
  { name: "its answer and all others are lost", mayBeLeft: true, strike: ({ proxy }) => proxy.mute() },
  {
    name: "the broker is killed and back",
    mayBeLeft: true,
    strike: ({ server }) => server.kill().then(() => server.restart()),
  },
  {
    name: "the broker stands still past the deadline",
    mayBeLeft: true,
    strike: ({ server }) => {
      const { pid } = server;
      process.kill(pid, "SIGSTOP");
      void sleep(DEADLINE_MS + GRACE_MS).then(() => process.kill(pid, "SIGCONT"));
    },
  },
];

const CHOSEN = HANDOVERS.filter(({ title }) => /created$|swap|circle/.test(title));

describe.each(CHOSEN)("$title, with publishers", (handover) => {
  const at = handover.writes.map((verb, index) => ({ verb, nth: index + 1 }));

  describe.each(at)("at write $nth, $verb", ({ nth, verb }) => {
    it.concurrent.for(FAULTS)("$name", async (fault, { task }) => {
      await using ground = await stageOf(handover);
      const publishers = publishThroughout(ground.connect, handover.subjects);
      ground.proxy.when(WRITE, () => fault.strike(ground), nth);
      const started = performance.now();
      const result = await runOn({ url: `nats://${ground.proxy.address}` }, handover.topology, {
        deadline: Date.now() + DEADLINE_MS,
        api: { timeoutMs: 700 },
        connection: { timeoutMs: 500 },
      });
      const took = performance.now() - started;
      task.meta.faults = [rowOf(handover, `${fault.name} at write ${nth}, ${verb}`, result, took)];
      await ground.proxy.idle();
      await thawed(ground.server, fault, took);

      expect(took).toBeLessThan(DEADLINE_MS + GRACE_MS);
      const left = await unstoredOf(await ground.connect(), handover.subjects);
      if (!fault.mayBeLeft) expect(left).toEqual([]);
      if (left.length > 0) expect(JSON.stringify(result.resources)).toContain("NO STREAM MAY STORE");
      await judge(ground, handover, publishers);
    });

    it.concurrent("the process is killed", async ({ task }) => {
      await using ground = await stageOf(handover);
      const publishers = publishThroughout(ground.connect, handover.subjects);
      const signal = await killedAt(ground.proxy, handover, nth);
      task.meta.faults = [
        {
          section: "subjects that move",
          name: `${handover.title}: the process is killed at write ${nth}, ${verb}`,
          expected: "the next run mends",
          seen: `killed: ${signal}`,
        },
      ];

      expect(signal).toBe("SIGKILL");
      await judge(ground, handover, publishers);
    });
  });
});

async function stageOf({ live }: HandoverCase) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServer(newest));
  const proxy = stack.adopt(await startTcpProxy({ target: server }), (each) => each.close());
  let nc: NatsConnection | undefined;
  const connect = async () => {
    if (!nc || nc.isClosed()) nc = await server.connect({ reconnect: false });
    return nc;
  };
  for (const config of live) await api(await connect(), `STREAM.CREATE.${config.name}`, config);
  const all = stack.move();
  return { server, proxy, connect, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() };
}

/** Waits until the broker runs again. */
async function thawed(server: TestServer, { name }: HandoverFault, took: number): Promise<void> {
  if (name.includes("stands still")) await sleep(Math.max(0, DEADLINE_MS + GRACE_MS + 200 - took));
  const nc = await server.connect({ reconnect: false });
  await nc.close();
}

async function judge(
  { server, connect }: Awaited<ReturnType<typeof stageOf>>,
  { topology, subjects }: HandoverCase,
  publishers: ReturnType<typeof publishThroughout>,
): Promise<void> {
  const clean = await runOn(server, topology);
  const next = await runOn(server, topology);
  const { acknowledged } = await publishers.end();

  expect(clean.converged, JSON.stringify(clean.resources)).toBe(true);
  expect(next).toMatchObject({ converged: true, requests: { write: 0 } });
  expect(await unstoredOf(await connect(), subjects)).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(subjects.length);
  expect(await missingOf(await connect(), acknowledged)).toEqual([]);
}

/** The command line, ended with SIGKILL before the broker gets its nth write. */
async function killedAt(proxy: TcpProxy, { topology }: HandoverCase, nth: number): Promise<NodeJS.Signals | null> {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-handover-"));
  try {
    const file = join(dir, "topology.json");
    await writeFile(file, JSON.stringify(topology));
    const child = start(["ensure", "--topology", file, "--server", proxy.address]);
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    proxy.when(WRITE, () => [child.kill("SIGKILL"), proxy.reset()], nth);
    await new Promise((resolve) => child.on("close", resolve));
    await output;
    return child.signalCode;
  } finally {
    await rm(dir, { recursive: true });
  }
}

function rowOf({ title }: HandoverCase, name: string, result: Result, took: number): Row {
  const { outcome, classes, sentence } = toldBy(result);
  const what = [outcome, classes.join(", ")].filter((part) => part !== "").join(": ");
  return {
    section: "subjects that move",
    name: `${title}: ${name}`,
    expected: "every subject is stored, or said not to be",
    seen: [`${what}, ${(took / 1000).toFixed(1)} s`, sentence].filter((part) => part !== "").join(". "),
  };
}
