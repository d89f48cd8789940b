import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { ENSURE, resultOf, startStage } from "./stage.ts";

/** Not SIGKILL, which would follow 2 s later. */
const PROMPTLY = { by: "SIGTERM" };

it("SIGTERM ends a frozen function at once", async () => {
  await using stage = await startStage();
  resultOf(await stage.lambda.invoke(ENSURE));

  expect(await stage.lambda.environment().shutdown()).toMatchObject(PROMPTLY);
});

it("SIGTERM ends a function that has a connection to a broker which does not answer", async () => {
  await using stage = await startStage();
  const { lambda, proxy } = stage;
  proxy.blackhole();
  await lambda.invoke(ENSURE, { timeoutMs: 2000 });

  expect(await lambda.environment().shutdown()).toMatchObject(PROMPTLY);
});

it("SIGTERM in the middle of a run ends it, and the next one converges", async () => {
  await using stage = await startStage();
  const { lambda, proxy } = stage;
  proxy.latency(200);

  const invoking = lambda.invoke(ENSURE);
  while (proxy.counts.turns < 4) await sleep(5);
  const ended = await lambda.environment().shutdown();
  const cut = await invoking;
  proxy.latency(0);
  const next = await lambda.invoke(ENSURE);

  expect(ended).toMatchObject(PROMPTLY);
  expect(cut).toMatchObject({ outcome: "exit", payload: { errorType: "Runtime.ExitError" } });
  expect(next.cold).toBe(true);
  expect(resultOf(next)).toMatchObject({ converged: true });
});
