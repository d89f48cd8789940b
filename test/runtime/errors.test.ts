import { expect, it } from "vitest";
import type { Invocation } from "../support/lambda/lambda-function.ts";
import { ENSURE, errorOf, logOf, startStage } from "./stage.ts";

/** Bytes that an error's message may have: CloudFormation shows its first line and takes 4096 bytes in all. */
const SHORT = 1500;

/** The error's class and sentence wherever a person meets them: in the answer, and in the runtime's own log line. */
function expectError(invocation: Invocation, errorType: string, sentence: RegExp): void {
  const error = errorOf(invocation);
  expect(error.errorType).toBe(errorType);
  expect(error.errorMessage).toMatch(sentence);
  expect(Buffer.byteLength(error.errorMessage)).toBeLessThan(SHORT);
  const own = logOf(invocation).find(({ requestId }) => requestId === invocation.requestId);
  expect(own).toMatchObject({ level: "ERROR", message: { errorType, errorMessage: error.errorMessage } });
}

it("a mistake in the event: EventError", async () => {
  await using stage = await startStage();

  const invocation = await stage.lambda.invoke({ mode: "ensuer", only: "x".repeat(5000) });

  expectError(invocation, "EventError", /^Nothing was done, because the event is wrong: "mode" is "ensuer": .*"only"/);
});

it("credentials that the broker refuses: EnsureFailed, and not a word of them", async () => {
  await using stage = await startStage();
  stage.ssm.put("/kanade/nats/password", "an-0ld-secret");

  const invocation = await stage.lambda.invoke(ENSURE);

  expectError(invocation, "EnsureFailed", /^The broker at .* refused the credentials .* \/kanade\/nats\/password\.$/);
  expect(await stage.lambda.everything()).not.toContain("an-0ld-secret");
});

it("SSM denies the parameters: EnsureFailed, which names the permission that is missing", async () => {
  await using stage = await startStage();
  stage.ssm.fail("GetParameters", { type: "AccessDeniedException" });

  const invocation = await stage.lambda.invoke(ENSURE);

  expectError(invocation, "EnsureFailed", /^Cannot read \/kanade\/nats\/user, .*: not allowed\. .*ssm:GetParameters/);
});

it("hundreds of resources that there is no room for: EnsureFailed with how many, the first of them, and the rest counted", async () => {
  const broker = { jetstream: { maxFileStore: 10 * 1024 ** 2 } };
  await using stage = await startStage({ topology: "thousand", broker });

  const invocation = await stage.lambda.invoke(ENSURE);

  const sentence = /^\d{3} of 1000 resources failed\. stream\/STREAM_\d+ could not be created, .* And \d+ more: /;
  expectError(invocation, "EnsureFailed", sentence);
});
