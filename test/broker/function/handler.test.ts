import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { defineTopology } from "../../../lib/topology/index.ts";
import { type TestServer, withServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { timed } from "../../support/timed.ts";
import { newest } from "../../support/versions.ts";
import { captureLines } from "../../unit/ensure-function/captured-lines.ts";
import { sampleNkey } from "../../unit/ensure-function/sample-credentials.ts";
import { loginInSsm, startLambda, startSlowLambda } from "./invoke.ts";

const orders = defineTopology({
  name: "orders",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], storage: "file", maxAge: "30d" }],
});

const login = (password: string) => ({ login: { user: "lambda", password } });

describe("the function, invoked", () => {
  it("creates the 22 resources of the kanade fleet, and writes nothing the second time", () =>
    withServer(newest, login("s3cret-one"), async (server) => {
      await using lambda = await startLambda({
        topology: kanade,
        servers: server.url,
        ...loginInSsm("s3cret-one\n"),
      });
      const captured = captureLines();

      const first = await lambda.invoke({ mode: "ensure", trigger: "schedule" });
      const second = await lambda.invoke({ mode: "ensure", trigger: "schedule" });

      expect(first).toMatchObject({ topology: "kanade", converged: true, summary: { created: 22, failed: 0 } });
      expect(second).toMatchObject({ summary: { unchanged: 22, created: 0 }, requests: { write: 0 } });
      expect(captured.metrics()).toMatchObject([
        { topology: "kanade", Resources: 22, Created: 22, Drift: 22, RunsSucceeded: 1 },
        { topology: "kanade", Resources: 22, Created: 0, Drift: 0, RunsSucceeded: 1 },
      ]);
      const runs = captured.lines().filter(({ event }) => event === "run");
      expect(runs).toMatchObject([
        {
          level: "INFO",
          topology: "kanade",
          trigger: "schedule",
          summary: { created: 22 },
          function_name: "jetstream-ensure",
        },
        { summary: { unchanged: 22 }, planId: second.planId },
      ]);
      expect(lambda.ssm.calls).toHaveLength(1);
      expect(captured.text()).not.toContain("s3cret-one");
      expect((await monitor(server, "connz")).num_connections).toBe(0);
    }));

  it("plans, and writes nothing, when a person presses Test", () =>
    withServer(newest, {}, async (server) => {
      await using lambda = await startLambda({ topology: kanade, servers: server.url });
      captureLines();
      const result = await lambda.invoke({ key1: "value1", key2: "value2", key3: "value3" });
      expect(result).toMatchObject({
        mode: "plan",
        trigger: "manual",
        summary: { toCreate: 22 },
        requests: { write: 0 },
      });
      const nc = await server.connect();
      expect(await api(nc, "STREAM.NAMES")).toMatchObject({ total: 0 });
    }));

  it("logs what is held at WARN, counts it, and does not fail", () =>
    withServer(newest, {}, async (server) => {
      const nc = await server.connect();
      await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"], storage: "memory" });
      await using lambda = await startLambda({ topology: orders, servers: server.url });
      const captured = captureLines();

      const result = await lambda.invoke({ mode: "ensure" });

      expect(result).toMatchObject({ converged: false, summary: { held: 1, failed: 0 } });
      expect(captured.lines().filter(({ event }) => event === "resource")).toMatchObject([
        {
          level: "WARN",
          id: "stream/ORDERS",
          outcome: "held",
          differences: expect.arrayContaining([
            expect.objectContaining({ field: "storage", live: "memory", declared: "file", impact: "immutable" }),
          ]),
        },
      ]);
      expect(captured.metrics()).toMatchObject([{ Held: 1, Drift: 1, Failed: 0, RunsSucceeded: 1 }]);
    }));

  it("logs in with an nkey", () => {
    const { seed, publicKey } = sampleNkey();
    return withServer(newest, { login: { nkey: publicKey } }, async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        parameters: { "/nats/nkey": { value: `${seed}\n` } },
        environment: { NATS_NKEY_PARAMETER: "/nats/nkey" },
      });
      const captured = captureLines();
      expect(await lambda.invoke({ mode: "ensure" })).toMatchObject({ converged: true });
      expect(captured.text()).not.toContain(seed);
    });
  });
});

describe("credentials", () => {
  it("that were rotated while the function was warm are picked up in the same invocation", () =>
    withServer(newest, login("s3cret-one"), async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        ...loginInSsm("s3cret-one"),
      });
      const captured = captureLines();
      await lambda.invoke({ mode: "ensure" });
      await server.restart({ options: login("s3cret-two") });
      lambda.ssm.put("/nats/password", "s3cret-two");

      const result = await lambda.invoke({ mode: "ensure" });

      expect(result).toMatchObject({ converged: true, summary: { unchanged: 1 } });
      expect(lambda.ssm.calls).toHaveLength(2);
      expect(captured.text()).not.toMatch(/s3cret/);
    }));

  it("that the broker refuses fail the run with one line that names the parameters, and no password anywhere", () =>
    withServer(newest, login("s3cret-one"), async (server) => {
      await using lambda = await startLambda({
        topology: kanade,
        servers: server.url,
        ...loginInSsm("wr0ng-one"),
      });
      const captured = captureLines();

      const cold = await lambda.failure({ mode: "ensure" });
      const warm = await lambda.failure({ mode: "ensure" });

      expect(cold.name).toBe("EnsureFailed");
      expect(cold.message).toMatch(/refused the credentials.*They are in SSM: \/nats\/user, \/nats\/password\./);
      expect(warm.message).toBe(cold.message);
      expect(cold.result).toMatchObject({ planId: null, error: { class: "auth" } });
      const failures = captured.lines().filter(({ level }) => level === "ERROR");
      expect(failures).toMatchObject([
        { event: "failure", class: "auth", topology: "kanade", message: cold.message },
        { event: "failure" },
      ]);
      expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0, Failed: 22 }, { RunsSucceeded: 0 }]);
      // In memory they were the same as in SSM: the warm one asked SSM again, but did not try the broker twice.
      expect(lambda.ssm.calls).toHaveLength(2);
      expect((await monitor(server, "varz")).total_connections).toBe(2);
      expect(captured.text() + JSON.stringify(cold.result) + cold.stack).not.toContain("wr0ng-one");
    }));

  it("are read anew by the run that a changed parameter starts", () =>
    withServer(newest, login("s3cret-one"), async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        ...loginInSsm("s3cret-one"),
      });
      const captured = captureLines();
      await lambda.invoke();
      lambda.ssm.put("/nats/password", "wr0ng-one");

      const { message } = await lambda.failure({
        source: "aws.ssm",
        "detail-type": "Parameter Store Change",
        detail: {},
      });

      expect(message).toContain("refused the credentials");
      expect(captured.lines()).toContainEqual(expect.objectContaining({ event: "failure", trigger: "credentials" }));
    }));

  it("fail the run that a deleted parameter starts, which names it, though they are in memory", () =>
    withServer(newest, login("s3cret-one"), async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        ...loginInSsm("s3cret-one"),
      });
      captureLines();
      await lambda.invoke();
      lambda.ssm.remove("/nats/password");

      const { message } = await lambda.failure({
        source: "aws.ssm",
        "detail-type": "Parameter Store Change",
        detail: { name: "/nats/password", operation: "Delete", type: "SecureString" },
      });

      expect(message).toContain("SSM has no parameter /nats/password in eu-west-1: create it as SecureString");
    }));

  it.each([
    ["denied", "not allowed. Allow this function's role ssm:GetParameters", "auth"],
    ["missing", "SSM has no parameter /nats/missing in eu-west-1", "config"],
    ["empty", "SSM parameter /nats/empty (NATS_TOKEN_PARAMETER) cannot be used: it is empty", "auth"],
  ])("that are %s fail the run before the broker is asked", (what, sentence, errorClass) =>
    withServer(newest, {}, async (server) => {
      await using lambda = await startLambda({
        topology: orders,
        servers: server.url,
        parameters: { "/nats/denied": { value: "x", denied: true }, "/nats/empty": { value: " \n" } },
        environment: { NATS_TOKEN_PARAMETER: `/nats/${what}` },
      });
      const captured = captureLines();

      const error = await lambda.failure({ mode: "ensure" });

      expect(error.message).toContain(sentence);
      expect(error.result).toMatchObject({ error: { class: errorClass } });
      expect(captured.lines().filter(({ level }) => level === "ERROR")).toHaveLength(1);
      expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0 }]);
    }),
  );
});

describe("a run that fails", () => {
  const nowhere = "nats://127.0.0.1:1";

  it("throws the sentence alone: the runtime prints and returns all else that an error carries", async () => {
    await using lambda = await startLambda({ topology: kanade, servers: nowhere });
    captureLines();
    const error = await lambda.failure({ mode: "ensure" });
    expect(error.message).toContain(nowhere.slice("nats://".length));
    expect(error.message.length).toBeLessThan(1500);
    expect(error.stack).toBe(`EnsureFailed: ${error.message}`);
    expect(Object.keys(error)).toEqual(["name"]);
    expect(error.result?.resources).toHaveLength(22);
  });

  it("reports before the function's time is up when the broker never answers", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await using lambda = await startLambda({ topology: orders, servers: `nats://127.0.0.1:${port}` });
    const captured = captureLines();

    const { value: error, ms } = await timed(() => lambda.failure({ mode: "ensure" }, { remainingMs: 3000 }));

    expect(ms).toBeLessThan(2500);
    expect(error.result).toMatchObject({ error: { class: "network" } });
    expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0 }]);
    silent.close();
  });

  it("is ended with a sentence should the function's time be up all the same", async () => {
    await using lambda = await startSlowLambda({ topology: orders, servers: nowhere });
    captureLines();
    const error = await lambda.failure({ mode: "ensure" }, { remainingMs: 200 });
    expect(error.name).toBe("EnsureFailed");
    expect(error.message).toMatch(/^The run did not end within the function's time/);
  });

  it("that goes on after that says nothing more: the next invocation's log and metrics are its own", async () => {
    await using lambda = await startSlowLambda({ topology: orders, servers: nowhere });
    const captured = captureLines();
    // On Lambda the late run is frozen here, and goes on in the next invocation; in this process it goes on at once.
    await lambda.failure({ mode: "ensure" }, { remainingMs: 200 });
    await lambda.failure({ mode: "plan" });

    const runs = captured.lines().filter(({ event }) => event === "run");
    expect(runs).toMatchObject([{ mode: "plan" }]);
    expect(captured.metrics()).toMatchObject([{ RunsSucceeded: 0 }]);
    expect(captured.lines().filter(({ event }) => event === "failure")).toMatchObject([
      { message: expect.stringMatching(/^The run did not end within the function's time/) },
      { class: "network" },
    ]);
  });

  it("for a wrong environment names every mistake, at the first invocation", async () => {
    await using lambda = await startLambda({ topology: orders, servers: "", environment: { NATS_TLS: "maybe" } });
    const captured = captureLines();
    const error = await lambda.failure({ mode: "ensure" });
    expect(error.message).toMatch(/NATS_SERVERS is missing.*NATS_TLS is "maybe"/);
    expect(captured.lines()).toMatchObject([{ event: "failure", topology: "orders" }, { RunsSucceeded: 0 }]);
  });

  it("for want of its topology says where it looked", async () => {
    await using lambda = await startLambda({ topology: orders, servers: nowhere });
    lambda.set({ TOPOLOGY_FILE: "/nowhere/topology.json" });
    captureLines();
    const error = await lambda.failure();
    expect(error.message).toMatch(/^The topology cannot be read from \/nowhere\/topology\.json: ENOENT/);
    expect(error.stack).toBe(`TopologyFileError: ${error.message}`);
  });

  it.each([
    [{ mode: "ensur" }, '"mode" is "ensur"'],
    [{ mode: "ensure", only: ["stream/NOPE"] }, '"only" matches no resource of the topology "orders": "stream/NOPE"'],
    [{ mode: "plan", approve: "9f2c" }, '"approve" goes with the mode "ensure"'],
    [{ mode: "ensure", approve: "9f2c" }, '"approve" is "9f2c": it must be the id of a plan, 16 hexadecimal digits'],
  ])("for a wrong event, %j, names what is wrong", async (event, sentence) => {
    await using lambda = await startLambda({ topology: orders, servers: nowhere });
    const captured = captureLines();
    const error = await lambda.failure(event);
    expect(error.message).toContain(sentence);
    expect(error.stack).toBe(`EventError: ${error.message}`);
    expect(captured.lines().filter(({ level }) => level === "ERROR")).toMatchObject([{ event: "failure" }]);
  });
});

async function monitor(server: TestServer, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.monitorUrl}/${path}`);
  return (await response.json()) as Record<string, unknown>;
}
