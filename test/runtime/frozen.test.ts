import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Summary } from "../../lib/report/result.ts";
import type { Invocation } from "../support/lambda/lambda-function.ts";
import { complaintsOf, ENSURE, errorOf, inTheMiddle, LOGIN, resultOf, type Stage, startStage } from "./stage.ts";

/** A broker that gives up a client after about half a second without a sign of life. */
const IMPATIENT = { config: 'ping_interval: "200ms"\nping_max: 2' };
const PATIENCE_MS = 600;

/** Connections that the broker still has, but for this. */
async function connectionsOf({ server }: Stage): Promise<number> {
  const connz = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as { num_connections: number };
  return connz.num_connections;
}

/** The same process goes on where it was, converges, and logs no complaint. */
function expectFine(next: Invocation, summary: Partial<Summary> = {}): void {
  expect(next.cold).toBe(false);
  expect(resultOf(next)).toMatchObject({ converged: true, summary });
  expect(complaintsOf(next)).toEqual([]);
}

it("frozen for longer than the broker's patience, the next invocation works and complains of nothing", async () => {
  await using stage = await startStage({ broker: IMPATIENT });
  const { lambda } = stage;
  resultOf(await lambda.invoke(ENSURE));

  const left = await connectionsOf(stage);
  await sleep(3 * PATIENCE_MS);
  const next = await lambda.invoke(ENSURE);

  // A frozen function that held a connection would come back to a dead one.
  expect(left).toBe(0);
  expectFine(next, { unchanged: 22 });
});

it("frozen with a connection that the broker closes meanwhile, the next invocation works and complains of nothing", async () => {
  await using stage = await startStage({ broker: IMPATIENT });
  const { lambda, proxy } = stage;
  await lambda.invoke(ENSURE);
  const { invoking } = await inTheMiddle(stage, { timeoutMs: 5000 });
  // Neither the function's goodbye nor the broker's pings arrive.
  proxy.blackhole();
  errorOf(await invoking);

  while ((await connectionsOf(stage)) > 0) await sleep(50);
  proxy.latency(0);
  proxy.heal();
  const next = await lambda.invoke(ENSURE);

  expectFine(next, { unchanged: 22 });
});

it("frozen straight after a run that failed, with the connecting still under way, the next one works", async () => {
  await using stage = await startStage({ broker: IMPATIENT });
  const { lambda, proxy } = stage;
  proxy.blackhole();
  errorOf(await lambda.invoke(ENSURE, { timeoutMs: 2000 }));

  await sleep(PATIENCE_MS);
  proxy.heal();
  const next = await lambda.invoke(ENSURE);

  expectFine(next, { created: 22 });
});

it("frozen straight after a run that found no broker, the next one finds it", async () => {
  await using stage = await startStage();
  const { lambda, server } = stage;
  await server.stop();
  errorOf(await lambda.invoke(ENSURE));

  await server.restart();
  const next = await lambda.invoke(ENSURE);

  expectFine(next);
});

it.each([
  ["longer than it keeps credentials", "1"],
  ["while it still keeps the old ones", "300"],
])("frozen %s, credentials that were rotated meanwhile are used without a word", async (_, maxAge) => {
  await using stage = await startStage({ environment: { CREDENTIALS_MAX_AGE_SECONDS: maxAge } });
  const { lambda, server, ssm } = stage;
  resultOf(await lambda.invoke(ENSURE));
  const rotated = `${LOGIN.password}-rotated`;

  await server.restart({ options: { login: { ...LOGIN, password: rotated } } });
  ssm.put("/kanade/nats/password", rotated);
  await sleep(1100);
  const next = await lambda.invoke(ENSURE);

  expectFine(next, { unchanged: 22 });
  expect(ssm.calls).toHaveLength(2);
});
