import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { api, publish } from "../support/raw.ts";
import { ENSURE, errorOf, inTheMiddle, LOGIN, logOf, resultOf, startStage } from "./stage.ts";

it("a broker that falls silent in the middle of a run: what each resource came to is told before Lambda would kill", async () => {
  await using stage = await startStage();
  const { lambda, proxy } = stage;
  await lambda.invoke(ENSURE);

  const { invoking } = await inTheMiddle(stage, { timeoutMs: 5000 });
  proxy.blackhole();
  const invocation = await invoking;

  expect(errorOf(invocation)).toMatchObject({
    errorType: "EnsureFailed",
    errorMessage: expect.stringMatching(/^22 of 22 resources failed\. stream\/INVENTORY: No answer to \$JS\.API\./),
  });
  expect(logOf(invocation).filter(({ event }) => event === "resource")).toHaveLength(22);
  expect(lambda.environment().alive).toBe(true);
});

it("a run that does not keep its own deadline is ended with a sentence before Lambda would kill, and the next is warm", async () => {
  const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-fifo-"));
  // A file system that never answers: nobody writes to this pipe.
  const file = join(dir, "topology.json");
  await promisify(execFile)("mkfifo", [file]);
  await using stage = await startStage({ environment: { TOPOLOGY_FILE: file } });
  const { lambda } = stage;

  const first = await lambda.invoke(ENSURE, { timeoutMs: 3000 });
  const second = await lambda.invoke(ENSURE, { timeoutMs: 3000 });

  for (const invocation of [first, second]) {
    const { errorType, errorMessage } = errorOf(invocation);
    expect(errorType).toBe("EnsureFailed");
    expect(errorMessage).toMatch(/^The run did not end within the function's time, so what it reached is unknown/);
    expect(logOf(invocation)).toContainEqual(expect.objectContaining({ event: "failure", message: errorMessage }));
  }
  expect(second.cold).toBe(false);
  await rm(dir, { recursive: true, force: true });
});

it("a run that is killed while it writes leaves nothing half done: the next cold start converges, with every message", async () => {
  await using stage = await startStage();
  const { lambda, proxy, server } = stage;
  const nc = await server.connect({ user: LOGIN.user, pass: LOGIN.password });
  await api(nc, "STREAM.CREATE.RESULTS", { name: "RESULTS", subjects: ["results.>"], max_bytes: 1024 ** 3 });
  await publish(nc, "results.a", 20);
  const streams = async () => (await api(nc, "STREAM.NAMES")).total as number;
  proxy.latency(200);

  const invoking = lambda.invoke(ENSURE, { timeoutMs: 8000 });
  while ((await streams()) < 4) await sleep(10);
  // No processor time from here on: nothing that the function planned for its end can happen.
  await lambda.environment().starve();
  const killed = await invoking;
  const left = await streams();
  proxy.latency(0);
  const next = await lambda.invoke(ENSURE);

  expect(killed).toMatchObject({ outcome: "timeout", payload: { errorType: "Sandbox.Timedout" } });
  expect(left).toBeLessThan(22);
  expect(next.cold).toBe(true);
  expect(resultOf(next)).toMatchObject({ converged: true, summary: { held: 0, failed: 0 } });
  expect(await streams()).toBe(22);
  expect(await api(nc, "STREAM.INFO.RESULTS")).toMatchObject({
    config: { max_bytes: 2 * 1024 ** 3 },
    state: { messages: 20 },
  });
});
