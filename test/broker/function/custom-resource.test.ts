import { describe, expect, it } from "vitest";
import { defineTopology, type StreamDeclaration } from "../../../lib/topology/index.ts";
import { withServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { startLambda, startSlowLambda } from "./invoke.ts";

const topology = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const ordersWith = (more: Partial<StreamDeclaration>) =>
  defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"], ...more }] });
const nowhere = "nats://127.0.0.1:1";

/** As the provider framework sends it on: with the signed URL that answers for the stack. */
function event(RequestType: string, more: Record<string, unknown> = {}) {
  return {
    RequestType,
    ResponseURL: "https://cloudformation.example.com/answer?X-Amz-Signature=5ecret",
    StackId: "arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/1",
    RequestId: "1",
    LogicalResourceId: "Ensure",
    ResourceProperties: { ServiceToken: "token", trigger: "deploy", topology: "ab12", version: "7" },
    ...more,
  };
}

describe("a deployment", () => {
  it("ensures, answers CloudFormation in its shape and under one id, and logs no signed URL", () =>
    withServer(newest, {}, async (server) => {
      await using lambda = await startLambda({ topology, servers: server.url });
      const captured = captureLines();

      const created = (await lambda.invoke(event("Create"))) as unknown as { PhysicalResourceId: string };
      const { PhysicalResourceId } = created;
      const updated = await lambda.invoke(
        event("Update", { PhysicalResourceId, OldResourceProperties: { version: "6" } }),
      );

      const Data = { planId: expect.any(String), converged: "true" };
      expect(created).toEqual({ PhysicalResourceId: "jetstream-ensure", Data });
      expect(updated).toEqual({ PhysicalResourceId, Data });
      expect(captured.lines()).toContainEqual(
        expect.objectContaining({
          event: "run",
          trigger: "deploy",
          mode: "ensure",
          summary: expect.objectContaining({ created: 1 }),
        }),
      );
      expect(captured.text()).not.toContain("5ecret");
    }));

  it("fails, with a reason that fits the stack's event, when the broker cannot be asked", async () => {
    await using lambda = await startLambda({ topology, servers: nowhere });
    const captured = captureLines();
    const error = await lambda.failure(event("Create"));
    expect(error.message).toContain("127.0.0.1:1");
    expect(Buffer.byteLength(`${error.message}${error.stack}`)).toBeLessThan(4096);
    expect(captured.text()).not.toContain("5ecret");
  });

  it("that is undone succeeds though the broker cannot be asked, and says so in the log", async () => {
    await using lambda = await startLambda({ topology, servers: nowhere });
    const captured = captureLines();
    const more = { PhysicalResourceId: "jetstream-ensure", OldResourceProperties: { version: "8" } };

    const answer = await lambda.invoke(event("Update", more));

    expect(answer).toEqual({ PhysicalResourceId: "jetstream-ensure", Data: { planId: "", converged: "false" } });
    expect(captured.lines()).toMatchObject([
      { level: "ERROR", event: "failure", class: "network" },
      { event: "run" },
      { level: "ERROR", event: "rollback" },
      { RunsSucceeded: 0 },
    ]);
  });

  it("that is undone succeeds though the function's time is up", async () => {
    await using lambda = await startSlowLambda({ topology, servers: nowhere });
    const captured = captureLines();
    const more = { PhysicalResourceId: "jetstream-ensure", OldResourceProperties: { version: "8" } };

    const answer = await lambda.invoke(event("Update", more), { remainingMs: 200 });
    const error = await lambda.failure({ mode: "ensure" }, { remainingMs: 200 });

    expect(answer).toEqual({ PhysicalResourceId: "jetstream-ensure" });
    // The next invocation is nobody's deployment, and fails as ever.
    expect(error.message).toMatch(/^The run did not end within the function's time/);
    expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event: "rollback" }));
  });

  it("that never fails succeeds though the broker cannot be asked, and says so in the log", async () => {
    await using lambda = await startLambda({ topology, servers: nowhere });
    const captured = captureLines();

    const answer = await lambda.invoke(event("Create", { ResourceProperties: { failOn: "never" } }));

    expect(answer).toEqual({ PhysicalResourceId: "jetstream-ensure", Data: { planId: "", converged: "false" } });
    expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event: "failOnNever" }));
  });

  it("fails on what is held where it is told to, and only then, with what was not held done", () =>
    withServer(newest, {}, async (server) => {
      const captured = captureLines();
      await using before = await startLambda({ topology: ordersWith({ storage: "file" }), servers: server.url });
      await before.invoke({ mode: "ensure" });
      const description = "Every order";
      const after = ordersWith({ storage: "memory", description });
      await using lambda = await startLambda({ topology: after, servers: server.url });
      const deployed = (failOn: string) => event("Create", { ResourceProperties: { failOn } });

      const error = await lambda.failure(deployed("held"));
      const answer = await lambda.invoke(deployed("failed"));

      expect(error.message).toMatch(/^1 of 1 resources held, .*: stream\/ORDERS \(storage\)\. /);
      expect(error.message.split("\n")[0]?.length).toBeLessThan(1500);
      expect(error.result?.resources[0]?.differences).toContainEqual(
        expect.objectContaining({ field: "description", declared: description, outcome: "applied" }),
      );
      expect(answer).toMatchObject({ Data: { converged: "false" } });
      expect(captured.lines()).toContainEqual(expect.objectContaining({ event: "resource", outcome: "held" }));
    }));

  it("that is undone does not fail on what is held", () =>
    withServer(newest, {}, async (server) => {
      const captured = captureLines();
      await using before = await startLambda({ topology: ordersWith({ storage: "file" }), servers: server.url });
      await before.invoke({ mode: "ensure" });
      await using lambda = await startLambda({ topology: ordersWith({ storage: "memory" }), servers: server.url });

      const answer = await lambda.invoke(
        event("Update", {
          PhysicalResourceId: "jetstream-ensure",
          ResourceProperties: { failOn: "held", version: "7" },
          OldResourceProperties: { failOn: "held", version: "8" },
        }),
      );

      expect(answer).toMatchObject({ PhysicalResourceId: "jetstream-ensure", Data: { converged: "false" } });
      expect(captured.lines()).toContainEqual(expect.objectContaining({ level: "ERROR", event: "rollback" }));
    }));

  it("that is removed asks nobody and cannot fail, whatever is wrong by then", async () => {
    await using lambda = await startLambda({ topology, servers: "" });
    lambda.set({ TOPOLOGY_FILE: "/nowhere/topology.json" });
    const captured = captureLines();

    const answer = await lambda.invoke(event("Delete", { PhysicalResourceId: "jetstream-ensure" }));

    expect(answer).toEqual({ PhysicalResourceId: "jetstream-ensure" });
    expect(captured.lines()).toMatchObject([{ level: "INFO", event: "skip" }]);
  });
});
