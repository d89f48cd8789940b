import { expect, it } from "vitest";
import { IDENTITY } from "../support/lambda/lambda-environment.ts";
import { complaintsOf, ENSURE, errorOf, logOf, resultOf, startStage } from "./stage.ts";

it("a cold invocation creates the kanade fleet; a warm one is the same process, asks SSM no more, writes nothing", async () => {
  await using stage = await startStage();
  const { lambda, ssm } = stage;

  const first = await lambda.invoke(ENSURE);
  const { pid } = lambda.environment();
  const second = await lambda.invoke(ENSURE);

  expect(resultOf(first)).toMatchObject({ converged: true, summary: { created: 22, failed: 0 } });
  expect(resultOf(second)).toMatchObject({ converged: true, summary: { unchanged: 22 }, requests: { write: 0 } });
  expect([first.cold, second.cold]).toEqual([true, false]);
  expect(lambda.environment().pid).toBe(pid);
  expect(ssm.calls).toHaveLength(1);
  expect([...complaintsOf(first), ...complaintsOf(second)]).toEqual([]);
});

it("credentials older than they may be are asked for again", async () => {
  await using stage = await startStage({ environment: { CREDENTIALS_MAX_AGE_SECONDS: "0" } });
  const { lambda, ssm } = stage;

  resultOf(await lambda.invoke(ENSURE));
  resultOf(await lambda.invoke(ENSURE));

  expect(ssm.calls).toHaveLength(2);
});

it("each line of the log says which function it is of, and which invocation, as Lambda tells the handler", async () => {
  await using stage = await startStage();

  const first = await stage.lambda.invoke(ENSURE);
  const second = await stage.lambda.invoke({ mode: "plan" });

  for (const [invocation, cold] of [[first, true] as const, [second, false] as const]) {
    const lines = logOf(invocation).filter((line) => "event" in line);
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      expect(line).toMatchObject({
        function_name: IDENTITY.name,
        function_arn: IDENTITY.arn,
        function_memory_size: "256",
        function_request_id: invocation.requestId,
        cold_start: cold,
        xray_trace_id: expect.stringMatching(/^1-/),
      });
    }
  }
});

it("a broker that does not answer ends in a report before the deadline that Lambda gave, not in a kill", async () => {
  await using stage = await startStage();
  const { lambda, proxy } = stage;
  proxy.blackhole();

  const invocation = await lambda.invoke(ENSURE, { timeoutMs: 4000 });

  const error = errorOf(invocation);
  expect(error).toMatchObject({ errorType: "EnsureFailed" });
  expect(error.errorMessage).toMatch(/^The broker could not be connected to before the run's time was up/);
  expect(invocation.durationMs).toBeGreaterThan(1000);
  const run = logOf(invocation).find(({ event }) => event === "run");
  expect(run).toMatchObject({ converged: false, summary: { failed: 22 }, function_request_id: invocation.requestId });
  expect(lambda.environment().alive).toBe(true);
});
