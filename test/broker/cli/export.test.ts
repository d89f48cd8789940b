import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { go, javascript } from "../../support/clients.ts";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";
import { jetstreamEnsure } from "./command.ts";

let folder: string;
let server: TestServer;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-export-"));
  server = await startServer(newest, { login: { user: "ops", password: "c0rrect" } });
  const nc = await server.connect({ user: "ops", pass: "c0rrect" });
  for (const config of [
    { name: "ORDERS", subjects: ["orders.>"], max_age: 30 * 86_400e9 },
    go.kv({ name: "settings", history: 5 }),
    javascript.objects({ name: "files" }),
  ]) {
    await api(nc, `STREAM.CREATE.${config.name}`, config);
  }
  const durable = { durable_name: "billing", name: "billing", ack_policy: "explicit" };
  await api(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config: durable });
  await api(nc, "CONSUMER.CREATE.ORDERS", {
    stream_name: "ORDERS",
    // It has no reader: by itself the server would remove it after five seconds, on a slow machine before it is exported.
    config: { deliver_subject: "d", ack_policy: "none", inactive_threshold: 3_600_000_000_000 },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const login = () => ["--server", server.url, "--user", "ops", "--password", "c0rrect"];
const yaml = `\
name: exported
streams:
  - name: ORDERS
    subjects:
      - orders.>
    maxAge: 30d
kvBuckets:
  - name: settings
    history: 5
objectStores:
  - name: files
consumers:
  - stream: ORDERS
    name: billing
    ackPolicy: explicit
`;
const remark = "not exported: consumer/ORDERS/*: 1 consumer that is not durable.";

describe("export", () => {
  it("writes what the broker has to stdout, and what it leaves out to stderr", async () => {
    const exported = await jetstreamEnsure(["export", ...login()]);

    expect(exported).toMatchObject({ code: 0, stderr: `${remark}\n` });
    const [schema, comment, ...rest] = exported.stdout.split("\n");
    expect(schema).toMatch(/^# yaml-language-server: \$schema=.*lib\/topology\/topology\.schema\.json$/);
    expect(comment).toBe(`# ${remark}`);
    expect(rest.join("\n")).toBe(yaml);
  });

  it.each(["orders.yaml", "orders.json", "orders.ts"])(
    "writes %s, which plans to nothing on that broker",
    async (name) => {
      const installed = file("node_modules/jetstream-ensure");
      await mkdir(installed, { recursive: true });
      await writeFile(
        join(installed, "package.json"),
        JSON.stringify({ type: "module", exports: { "./lib": "./index.ts" } }),
      );
      await rm(join(installed, "index.ts"), { force: true });
      // A link, because Node strips no types of a file that is in node_modules itself.
      await symlink(
        fileURLToPath(new URL("../../../lib/topology/index.ts", import.meta.url)),
        join(installed, "index.ts"),
      );

      const exported = await jetstreamEnsure(["export", ...login(), "--output", file(name)]);
      const planned = await jetstreamEnsure(["plan", ...login(), "--topology", file(name), "--json"]);

      expect(exported).toEqual({ code: 0, stdout: "", stderr: `${remark}\n${file(name)}: 4 resources.\n` });
      expect(planned).toMatchObject({ code: 0, stderr: "" });
      expect(JSON.parse(planned.stdout)).toMatchObject({
        topology: "orders",
        summary: { unchanged: 4, toCreate: 0, toUpdate: 0, held: 0, unmanaged: 0 },
      });
    },
  );

  it("names a schema that is there, from where the file is", async () => {
    await mkdir(file("deep"), { recursive: true });

    await jetstreamEnsure(["export", ...login(), "--output", file("deep/schema.json")]);

    const { $schema } = JSON.parse(await readFile(file("deep/schema.json"), "utf8"));
    const schema = JSON.parse(await readFile(join(folder, "deep", $schema), "utf8"));
    expect(schema).toMatchObject({ title: "Topology" });
  });

  it("overwrites no file, unless it is told to", async () => {
    await writeFile(file("mine.yaml"), "mine");

    const refused = await jetstreamEnsure(["export", ...login(), "--output", file("mine.yaml")]);
    const kept = await readFile(file("mine.yaml"), "utf8");
    const forced = await jetstreamEnsure(["export", ...login(), "--output", file("mine.yaml"), "--force"]);

    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(
      `${file("mine.yaml")} is there already: give another name, or --force to overwrite it.\n`,
    );
    expect(kept).toBe("mine");
    expect(forced.code).toBe(0);
    expect(await readFile(file("mine.yaml"), "utf8")).toContain("name: mine\n");
  });

  it("takes what is asked for, and says what it does not find", async () => {
    const some = await jetstreamEnsure(["export", ...login(), "--only", "kv/*", "--name", "mine", "--format", "ts"]);
    const without = await jetstreamEnsure(["export", ...login(), "--no-consumers", "--format", "json"]);
    const nothing = await jetstreamEnsure(["export", ...login(), "--only", "kv/setings"]);

    expect(some).toMatchObject({ code: 0, stderr: "" });
    expect(some.stdout).toContain('kvBuckets: [{ name: "settings", history: 5 }]');
    expect(some.stdout).not.toContain("ORDERS");
    expect(Object.keys(JSON.parse(without.stdout))).toEqual([
      "$schema",
      "name",
      "streams",
      "kvBuckets",
      "objectStores",
    ]);
    expect(without.stderr).toBe("");
    expect(nothing).toMatchObject({ code: 1, stdout: "" });
    expect(nothing.stderr).toBe(
      '--only matches nothing that the broker has: "kv/setings". It takes ids such as kv/*.\n',
    );
  });

  it("refuses a pattern that is too long, or too many of them", async () => {
    const long = await jetstreamEnsure(["export", ...login(), "--only", "*".repeat(601)]);
    const many = await jetstreamEnsure(["export", ...login(), "--only", ...Array(501).fill("kv/*")]);

    expect(long).toMatchObject({ code: 1, stdout: "" });
    expect(long.stderr).toBe(
      `--only has a pattern of 601 characters ("${"*".repeat(40)}…"): it may have 600 at most.\n`,
    );
    expect(many).toMatchObject({ code: 1, stderr: "--only has 501 patterns: it may have 500 at most.\n" });
  });

  it("ends in one sentence where the folder is not there, or the broker", async () => {
    const folder = await jetstreamEnsure(["export", ...login(), "--output", file("none/x.yaml")]);
    const broker = await jetstreamEnsure(["export", "--server", "127.0.0.1:1"]);

    expect(folder).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^(not.*\n)?Cannot write .*: its folder does not exist\.\n$/),
    });
    expect(broker).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^Cannot connect .*\n$/) });
  });
});

describe("a nats context", () => {
  const settings = (more: object = {}) =>
    JSON.stringify({ url: server.url, user: "ops", password: "c0rrect", ...more });
  let env: Record<string, string>;
  beforeAll(async () => {
    const nats = file("config/nats");
    await mkdir(join(nats, "context"), { recursive: true });
    await writeFile(join(nats, "context", "ops.json"), settings());
    await writeFile(join(nats, "context", "wrong.json"), settings({ password: "wr0ng" }));
    await writeFile(join(nats, "context.txt"), "wrong");
    await writeFile(file("topology.json"), JSON.stringify({ name: "orders", streams: [{ name: "ORDERS" }] }));
    env = { XDG_CONFIG_HOME: file("config") };
  });

  it("logs in every verb that asks a broker, by its name or as the selected one", async () => {
    const named = await jetstreamEnsure(["export", "--context", "ops"], env);
    const variable = await jetstreamEnsure(["plan", "--topology", file("topology.json")], {
      ...env,
      NATS_CONTEXT: "ops",
    });
    const selected = await jetstreamEnsure(["plan", "--topology", file("topology.json")], env);

    expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining("ORDERS") });
    expect(variable).toMatchObject({ code: 0, stderr: "" });
    expect(selected).toMatchObject({ code: 1, stdout: "" });
    expect(selected.stderr).toContain("refused the credentials");
    expect(selected.stderr).not.toContain("wr0ng");
  });

  it("is set aside by --no-context", async () => {
    const planned = await jetstreamEnsure(
      ["plan", "--topology", file("topology.json"), "--server", server.url, "--no-context"],
      env,
    );

    expect(planned.stderr).toContain("refused to let in who gives no credentials");
  });
});
