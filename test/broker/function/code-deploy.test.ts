import { describe, expect, it, onTestFinished } from "vitest";
import { defineTopology, type Topology } from "../../../lib/topology/index.ts";
import { startAwsEndpoint } from "../../support/aws-endpoint.ts";
import { withServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { startLambda } from "./invoke.ts";

const ordersIn = (storage: "file" | "memory") =>
  defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"], storage }] });
const nowhere = "nats://127.0.0.1:1";
const hook = { DeploymentId: "d-4ZV2S0XKG", LifecycleEventHookExecutionId: "eyJlbmNyeXB0ZWREYXRhIjoi" };

async function started(options: { topology?: Topology; servers: string; environment?: Record<string, string> }) {
  const codeDeploy = await startAwsEndpoint();
  const environment = { AWS_ENDPOINT_URL_CODEDEPLOY: codeDeploy.url, ...options.environment };
  const lambda = await startLambda({ topology: ordersIn("file"), ...options, environment });
  const captured = captureLines();
  onTestFinished(async () => {
    await lambda[Symbol.asyncDispose]();
    await codeDeploy[Symbol.asyncDispose]();
  });
  return { lambda, codeDeploy, captured };
}

const told = (status: "Succeeded" | "Failed") => ({
  target: "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus",
  authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*\/eu-west-1\/codedeploy\//),
  input: {
    deploymentId: hook.DeploymentId,
    lifecycleEventHookExecutionId: hook.LifecycleEventHookExecutionId,
    status,
  },
});

describe("a hook of a deployment", () => {
  it("ensures, and lets the deployment go on", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, codeDeploy, captured } = await started({ servers: server.url });

      const answer = await lambda.invoke(hook);

      expect(codeDeploy.calls).toEqual([told("Succeeded")]);
      expect(answer).toEqual({ status: "succeeded", planId: expect.any(String), converged: true });
      expect((await api(await server.connect(), "STREAM.NAMES")).streams).toEqual(["ORDERS"]);
      expect(captured.lines()).toContainEqual(
        expect.objectContaining({ event: "run", mode: "ensure", trigger: "deploy" }),
      );
      expect(captured.text()).not.toContain(hook.LifecycleEventHookExecutionId);
    }));

  it("writes nothing where the function is told to plan", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, codeDeploy } = await started({ servers: server.url, environment: { HOOK_MODE: "plan" } });

      const answer = await lambda.invoke(hook);

      expect(codeDeploy.calls).toEqual([told("Succeeded")]);
      expect(answer).toMatchObject({ converged: false });
      expect((await api(await server.connect(), "STREAM.NAMES")).total).toBe(0);
    }));

  it("stops the deployment where the broker cannot be asked, and the invocation does not fail as well", async () => {
    const { lambda, codeDeploy, captured } = await started({ servers: nowhere });

    const answer = await lambda.invoke(hook);

    expect(codeDeploy.calls).toEqual([told("Failed")]);
    expect(answer).toEqual({ status: "failed", message: expect.stringContaining("127.0.0.1:1") });
    expect(captured.metrics()).toContainEqual(expect.objectContaining({ RunsSucceeded: 0 }));
  });

  it.each([
    ["failed", "Succeeded"],
    ["held", "Failed"],
  ] as const)("with what is held, where %s is what fails it: %s", (failOn, status) =>
    withServer(newest, {}, async (server) => {
      await api(await server.connect(), "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
      const { lambda, codeDeploy, captured } = await started({
        topology: ordersIn("memory"),
        servers: server.url,
        environment: { HOOK_FAIL_ON: failOn },
      });

      await lambda.invoke(hook);

      expect(codeDeploy.calls).toEqual([told(status)]);
      expect(captured.text().includes("and this deployment fails on that: stream/ORDERS (storage)")).toBe(
        failOn === "held",
      );
    }),
  );

  it("that never fails lets the deployment go on though the broker cannot be asked", async () => {
    const { lambda, codeDeploy, captured } = await started({
      servers: nowhere,
      environment: { HOOK_FAIL_ON: "never" },
    });

    await lambda.invoke(hook);

    expect(codeDeploy.calls).toEqual([told("Succeeded")]);
    expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event: "failOnNever" }));
  });

  it("stops the deployment where the function's environment is wrong, before the broker is asked", async () => {
    const { lambda, codeDeploy, captured } = await started({ servers: nowhere, environment: { HOOK_MODE: "Plan" } });

    await lambda.invoke(hook);

    expect(codeDeploy.calls).toEqual([told("Failed")]);
    expect(captured.lines()).toMatchObject([
      { level: "ERROR", event: "failure", class: "config", message: expect.stringContaining('HOOK_MODE is "Plan"') },
      { event: "answer" },
    ]);
  });

  it("stops the deployment where the function's time is up", () =>
    withServer(newest, {}, async (server) => {
      const { lambda, codeDeploy } = await started({ servers: server.url });
      await lambda.invoke(hook);

      const answer = await lambda.invoke(hook, { remainingMs: 300 });

      expect(codeDeploy.calls).toEqual([told("Succeeded"), told("Failed")]);
      expect(answer).toMatchObject({
        message: expect.stringMatching(/^The run did not end within the function's time/),
      });
    }));
});

describe("a deployment that the function's answer does not reach", () => {
  it.each(["LifecycleEventAlreadyCompletedException", "DeploymentDoesNotExistException"])(
    "no longer waits (%s): the log says so, and that is all",
    async (type) => {
      const { lambda, codeDeploy, captured } = await started({ servers: nowhere });
      codeDeploy.fail({ type });

      const answer = await lambda.invoke(hook);

      expect(answer).toMatchObject({ status: "failed" });
      expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "WARN", event: "answer" }));
    },
  );

  it("fails the invocation, with one sentence", async () => {
    const { lambda, codeDeploy } = await started({ servers: nowhere });
    codeDeploy.fail({ type: "InvalidLifecycleEventHookExecutionIdException", message: "It is invalid." });

    const error = await lambda.failure(hook);

    expect(codeDeploy.calls).toHaveLength(1);
    expect(error.stack).toBe(
      "AnswerError: Cannot tell CodeDeploy that the hook of deployment d-4ZV2S0XKG failed: " +
        "InvalidLifecycleEventHookExecutionIdException: It is invalid.",
    );
  });
});
