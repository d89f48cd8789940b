import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Result } from "../../../lib/report/result.ts";
import { startServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";
import { jetstreamEnsure } from "./command.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function topologyFile(name: string, topology: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(topology));
  return path;
}

const orders = {
  name: "orders",
  streams: [{ name: "ORDERS", subjects: ["orders.>"], maxBytes: "64MiB" }],
  kvBuckets: [{ name: "settings", history: 5 }],
  consumers: [{ stream: "ORDERS", name: "billing", ackPolicy: "explicit" }],
};

describe("a topology on an empty broker", () => {
  it("is planned, ensured and found as declared, each with its exit code", async () => {
    await using server = await startServer(newest);
    const args = ["--topology", await topologyFile("orders.json", orders), "--server", server.url];

    const planned = await jetstreamEnsure(["plan", ...args]);
    const ensured = await jetstreamEnsure(["ensure", ...args]);
    const again = await jetstreamEnsure(["plan", ...args]);

    expect(planned).toMatchObject({ code: 2, stderr: "" });
    expect(planned.stdout).toContain(`orders: plan on nats-server ${newest}`);
    expect(planned.stdout).toContain("+ to create  consumer/ORDERS/billing");
    expect(planned.stdout).toContain("Run ensure to apply.");
    expect(ensured).toMatchObject({ code: 0, stderr: "" });
    expect(ensured.stdout).toContain("+ created    kv/settings");
    expect(ensured.stdout).toMatch(/3 resources: 3 created\. \d+ reads?, 3 writes, \d+ ms\./);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("= unchanged  stream/ORDERS");
    expect(again.stdout).toContain("Nothing to do.");
  });

  it("has its result as JSON on stdout, and nothing else there", async () => {
    await using server = await startServer(newest);
    const args = ["--topology", await topologyFile("orders.json", orders), "--server", server.url, "--json"];

    const planned = await jetstreamEnsure(["plan", ...args]);
    const ensured = await jetstreamEnsure(["ensure", ...args]);

    const plan: Result = JSON.parse(planned.stdout);
    const ensure: Result = JSON.parse(ensured.stdout);
    expect(planned).toMatchObject({ code: 2, stderr: "" });
    expect(plan).toMatchObject({ topology: "orders", mode: "plan", trigger: "cli", summary: { toCreate: 3 } });
    expect(plan.requests.write).toBe(0);
    expect(ensured).toMatchObject({ code: 0, stderr: "" });
    expect(ensure).toMatchObject({ mode: "ensure", converged: true, summary: { created: 3 }, planId: plan.planId });
    expect(ensure.resources.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      "stream/ORDERS created",
      "kv/settings created",
      "consumer/ORDERS/billing created",
    ]);
  });

  it("has colours where they are asked for, and none by --no-color", async () => {
    await using server = await startServer(newest);
    const args = ["plan", "--topology", await topologyFile("orders.json", orders), "--server", server.url];

    const plain = await jetstreamEnsure(args);
    const coloured = await jetstreamEnsure(args, { FORCE_COLOR: "1" });
    const refused = await jetstreamEnsure([...args, "--no-color"], { FORCE_COLOR: "1" });

    expect(plain.stdout).not.toContain("\u001b");
    expect(coloured.stdout).toContain("\u001b[32m+ to create  stream/ORDERS\u001b[39m");
    expect(refused.stdout).not.toContain("\u001b");
  });

  it("is narrowed to the resources of --only", async () => {
    await using server = await startServer(newest);
    const args = ["--topology", await topologyFile("orders.json", orders), "--server", server.url];

    const ensured = await jetstreamEnsure(["ensure", ...args, "--only", "kv/*", "--json"]);
    const nothing = await jetstreamEnsure(["ensure", ...args, "--only", "kv/setings"]);

    const result: Result = JSON.parse(ensured.stdout);
    expect(result.resources.map(({ id }) => id)).toEqual(["kv/settings"]);
    expect(nothing).toMatchObject({ code: 1, stdout: "" });
    expect(nothing.stderr).toMatch(/^.*kv\/setings.*\n$/);
  });

  it("comes whole through a pipe, however long", async () => {
    await using server = await startServer(newest);
    const kvBuckets = Array.from({ length: 1000 }, (_, index) => ({ name: `bucket_${index}`, history: 2 }));
    const topology = await topologyFile("large.json", { name: "large", kvBuckets });

    const planned = await jetstreamEnsure(["plan", "--topology", topology, "--server", server.url, "--json"]);

    expect(planned.stdout.length).toBeGreaterThan(65_536);
    expect((JSON.parse(planned.stdout) as Result).resources).toHaveLength(1000);
  });
});

describe("drift", () => {
  it("that would lose messages is held, and applied by the plan id that a person approved", async () => {
    await using server = await startServer(newest);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    await publish(nc, "orders.new", 10);
    const streams = [{ name: "ORDERS", subjects: ["orders.>"], maxMsgs: 4 }];
    const topology = await topologyFile("lossy.json", { name: "lossy", streams });
    const args = ["--topology", topology, "--server", server.url];

    const held = await jetstreamEnsure(["ensure", ...args]);
    const planned = await jetstreamEnsure(["plan", ...args]);
    const stored = await api(nc, "STREAM.INFO.ORDERS");
    const id = /ensure --approve (\S+)/.exec(planned.stdout)?.[1] ?? "none";
    const other = await jetstreamEnsure(["ensure", ...args, "--approve", "f".repeat(16)]);
    const approved = await jetstreamEnsure(["ensure", ...args, "--approve", id]);

    expect(held.code).toBe(2);
    expect(held.stdout).toMatch(
      /^! held {7}stream\/ORDERS\n {4}maxMsgs {2}unlimited → 4 {2}lossy: 6 messages {2}held$/m,
    );
    expect(planned.code).toBe(2);
    expect(stored.state.messages).toBe(10);
    expect(other.code).toBe(1);
    expect(other.stdout).toContain(`ensure --approve ${id}`);
    expect(approved).toMatchObject({ code: 0, stderr: "" });
    expect((await api(nc, "STREAM.INFO.ORDERS")).state.messages).toBe(4);
  });

  it("that the server will not create is a failure, with the reason in the table", async () => {
    await using server = await startServer(newest, { jetstream: { maxFileStore: 1024 ** 2 } });
    const args = ["--topology", await topologyFile("orders.json", orders), "--server", server.url];

    const table = await jetstreamEnsure(["ensure", ...args]);
    const json = await jetstreamEnsure(["ensure", ...args, "--json"]);

    expect(table).toMatchObject({ code: 1, stderr: "" });
    expect(table.stdout).toContain("x failed     stream/ORDERS");
    expect(table.stdout).toContain("(storage, 10047)");
    expect(json.code).toBe(1);
    expect(json.stderr).toContain("stream/ORDERS");
    expect(JSON.parse(json.stdout)).toMatchObject({ converged: false });
  });
});

describe("logging in", () => {
  const login = { user: "ops", password: "c0rrect" };

  it.each<[string, (url: string) => [string[], Record<string, string>]]>([
    ["by options", (url) => [["--server", url, "--user", "ops", "--password", "c0rrect"], {}]],
    ["by the environment", (url) => [[], { NATS_URL: url, NATS_USER: "ops", NATS_PASSWORD: "c0rrect" }]],
    ["by the URL", (url) => [["--server", url.replace("://", "://ops:c0rrect@")], {}]],
  ])("works %s, and the secret is printed nowhere", async (_, how) => {
    await using server = await startServer(newest, { login });
    const [args, env] = how(server.url);

    const planned = await jetstreamEnsure(
      ["plan", "--topology", await topologyFile("orders.json", orders), ...args],
      env,
    );

    expect(planned).toMatchObject({ code: 2, stderr: "" });
    expect(planned.stdout).not.toContain("c0rrect");
  });

  it("with a wrong password ends in one sentence and its class", async () => {
    await using server = await startServer(newest, { login });
    const url = server.url.replace("://", "://ops:wr0ng@");
    const args = ["plan", "--topology", await topologyFile("orders.json", orders), "--server", url];

    const planned = await jetstreamEnsure(args);
    const json = await jetstreamEnsure([...args, "--json"]);

    expect(planned).toMatchObject({ code: 1, stdout: "" });
    expect(planned.stderr).toMatch(/^The broker at nats:\/\/127\.0\.0\.1:\d+ .*refused.*\(auth\)\n$/);
    expect(JSON.parse(json.stdout)).toMatchObject({ broker: null, error: { class: "auth" } });
    expect(`${planned.stderr}${json.stdout}${json.stderr}`).not.toContain("wr0ng");
  });
});
