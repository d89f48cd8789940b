import { expect, it } from "vitest";
import { api } from "../support/raw.ts";
import { ENSURE, LOGIN, logOf, resultOf, startStage } from "./stage.ts";

it("drift is one JSON line a resource, at the top level; metrics are bare embedded-format lines", async () => {
  await using stage = await startStage();
  const { lambda, server } = stage;
  await lambda.invoke(ENSURE);
  const nc = await server.connect({ user: LOGIN.user, pass: LOGIN.password });
  const { config } = await api(nc, "STREAM.INFO.RESULTS");
  await api(nc, "STREAM.UPDATE.RESULTS", { ...config, max_bytes: 1024 ** 3 });
  await api(nc, "STREAM.DELETE.AUDIT");

  const invocation = await lambda.invoke(ENSURE);

  expect(resultOf(invocation)).toMatchObject({ converged: true, summary: { created: 1, updated: 1, unchanged: 20 } });
  const lines = logOf(invocation);
  expect(lines.filter(({ event }) => event === "resource")).toMatchObject([
    {
      level: "INFO",
      id: "stream/RESULTS",
      outcome: "updated",
      differences: [{ field: "maxBytes", live: "1GiB", declared: "2GiB", impact: "safe", outcome: "applied" }],
    },
    { level: "INFO", id: "stream/AUDIT", outcome: "created" },
  ]);
  const metrics = lines.filter((line) => "_aws" in line);
  expect(metrics).toContainEqual(
    expect.objectContaining({
      _aws: expect.objectContaining({ CloudWatchMetrics: [expect.objectContaining({ Namespace: "JetStreamEnsure" })] }),
      topology: "kanade",
      Created: 1,
      Updated: 1,
      RunsSucceeded: 1,
    }),
  );
  // Lambda's JSON format would wrap what goes through the console: JSON in a text, which no query looks into.
  for (const { message } of lines) expect(String(message)).not.toMatch(/^\s*\{/);
});

it("the password is in no line and no answer, whatever went wrong", async () => {
  await using stage = await startStage({ environment: { CREDENTIALS_MAX_AGE_SECONDS: "0" } });
  const { lambda, proxy, ssm, server } = stage;
  const wrong = "another-s3cret";

  await lambda.invoke(ENSURE);
  await lambda.invoke({ mode: LOGIN.password.slice(0, 3) });
  ssm.put("/kanade/nats/password", wrong);
  await lambda.invoke(ENSURE);
  ssm.put("/kanade/nats/password", `${LOGIN.password}\n`);
  proxy.blackhole();
  await lambda.invoke(ENSURE, { timeoutMs: 2000 });
  proxy.heal();
  await server.stop();
  await lambda.invoke(ENSURE);

  const everything = await lambda.everything();
  expect(everything).toContain("refused the credentials");
  expect(everything).not.toContain(LOGIN.password);
  expect(everything).not.toContain(wrong);
  for (const line of (await lambda.environment().log()).trim().split("\n"))
    expect(() => JSON.parse(line)).not.toThrow();
});
