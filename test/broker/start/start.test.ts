import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownData } from "./program.ts";

/** In the line that tells where the server listens: the function is not invoked yet. */
const UP = "on nats://127.0.0.1";

describe("npm start", () => {
  it("creates the 22 resources of kanade first, and finds them unchanged the second time", async () => {
    await using data = await ownData();

    const first = await data.start();
    const log = await data.log();
    const second = await data.start();

    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain("22 resources: 22 created.");
    expect(first.stdout).toMatch(/At the broker: \d+ API requests, 22 writes\./);
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain("22 resources: 22 unchanged.");
    expect(second.stdout).toMatch(/At the broker: \d+ API requests, no write\./);
    expect(log.filter(({ event }) => event === "resource")).toHaveLength(22);
    expect((await data.log()).filter(({ event }) => event === "resource")).toEqual([]);
  });

  it("keeps the Lambda's log beside the data: a line a resource that is not unchanged, one for the run, the metrics", async () => {
    await using data = await ownData();

    const { stdout, stderr } = await data.start();

    const log = await data.log();
    const resources = log.filter(({ event }) => event === "resource");
    expect(new Set(resources.map(({ id }) => id)).size).toBe(22);
    expect(resources.every(({ outcome }) => outcome === "created")).toBe(true);
    expect(log.filter(({ event }) => event === "run")).toHaveLength(1);
    const metrics = log.filter((line) => "_aws" in line);
    expect(metrics.map(({ kind }) => kind)).toEqual(["stream", "kv", "object", undefined]);
    expect(log).toHaveLength(22 + 1 + metrics.length);
    expect(stdout).toContain(join(data.dir, "log.jsonl"));
    expect(`${stdout}${stderr}`).not.toContain('"event"');
  });

  it("makes up a password that nobody else can read, anew for each run", async () => {
    await using data = await ownData();
    const passwordOf = async () =>
      /password: "([\w-]{20,})"/.exec(await data.read("nats-server/nats-server.conf"))?.[1] ?? "";

    const first = await data.start();
    const password = await passwordOf();
    await data.start();

    expect(password).not.toBe("");
    expect(await passwordOf()).not.toBe(password);
    expect((await stat(join(data.dir, "nats-server/nats-server.conf"))).mode & 0o777).toBe(0o600);
    for (const text of [first.stdout, first.stderr, await data.read("log.jsonl"), await data.read("topology.json")]) {
      expect(text).not.toContain(password);
    }
  });

  it("with --plan writes nothing, and ends with 2 where ensure would do something", async () => {
    await using data = await ownData();

    const plan = await data.start(["--plan"]);
    const ensure = await data.start(["--ensure"]);
    const after = await data.start(["--plan"]);

    expect(plan).toMatchObject({ code: 2 });
    expect(plan.stdout).toContain("22 to create");
    expect(plan.stdout).toContain("no write.");
    expect(ensure).toMatchObject({ code: 0 });
    expect(ensure.stdout).toContain("22 created");
    expect(after).toMatchObject({ code: 0 });
  });

  it("takes another topology, by a path from where the person is", async () => {
    await using data = await ownData();
    await writeFile(join(data.dir, "my.json"), JSON.stringify({ name: "orders", kvBuckets: [{ name: "settings" }] }));
    // npm goes to the project's directory, and says where it was called.
    const env = { npm_lifecycle_event: "start", INIT_CWD: data.dir };

    const { code, stdout } = await data.start(["--topology", "my.json"], { env, cwd: "/" });

    expect(stdout).toContain("orders: ensure on nats-server");
    expect(stdout).toContain("1 resource: 1 created.");
    expect(stdout).toContain("The Lambda's log of this run: log.jsonl");
    expect(code).toBe(0);
  });

  it("works after a run that was killed in the middle, and ends the server which that one left", async () => {
    await using data = await ownData();
    const killed = data.launch();
    await killed.told(UP);
    killed.child.kill("SIGKILL");
    await killed.finished;
    const [left] = await data.servers();
    expect(left).toBeTypeOf("number");

    const again = await data.start();
    const then = await data.start();

    expect(again.stderr).toContain(`left its nats-server (process ${left}) behind`);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("The broker is as declared.");
    expect(then.stdout).toContain("22 unchanged");
    expect(await data.servers()).toEqual([]);
  });

  it("takes over a lock whose process id belongs to another program by now", async () => {
    await using data = await ownData();
    await writeFile(join(data.dir, "lock"), JSON.stringify({ pid: process.pid, command: "node start.ts" }));

    const { code } = await data.start(["--plan"]);

    expect(code).toBe(2);
  });

  it("does not share its data with another that runs", async () => {
    await using data = await ownData();
    const first = data.launch();
    await first.told(UP);
    first.child.kill("SIGSTOP");

    const second = await data.start();
    first.child.kill("SIGCONT");

    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toBe(
      `Another npm start (process ${first.child.pid}) is using ${data.dir}: wait for it to end, or give this one its ` +
        "own with npm start -- --data DIR.\n",
    );
    expect(await first.finished).toMatchObject({ code: 0 });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends at %s with a sentence and code %i, and its server before it", async (signal, expected) => {
    await using data = await ownData();
    const running = data.launch();
    await running.told(UP);

    running.child.kill(signal);
    const { code, stdout, stderr } = await running.finished;

    expect(await data.servers()).toEqual([]);
    expect(await readdir(data.dir)).not.toContain("lock");
    expect(code).toBe(expected);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/\nInterrupted\. .*npm start -- --plan shows what is left\.\n$/);
  });

  it.each([
    ["an unknown option", ["--ensur"], {}, "Did you mean --ensure?"],
    ["a plan that applies", ["--plan", "--approve", "9f2c"], {}, "cannot be used with"],
    [
      "an option that npm took, for want of the lone --",
      [],
      { npm_lifecycle_event: "start", npm_config_topology: "my.json" },
      "npm took --topology for itself: write npm start -- --topology",
    ],
    ["a topology that is not there", ["--topology", "no-such.yaml"], {}, "no-such.yaml cannot be read: there is no"],
    ["an address that is none", [], { NATS_URL: "http://broker" }, "write nats:// or tls://"],
    ["two ways to log in", [], { NATS_URL: "b", NATS_TOKEN: "t", NATS_USER: "u" }, "Two ways to log in"],
    ["a nats-server that is none", [], { NATS_SERVER_BIN: "/no/such" }, "NATS_SERVER_BIN (/no/such) cannot be used"],
  ])("tells of %s in words, without a stack, with exit code 1", async (_, args, env, sentence) => {
    await using data = await ownData();

    const finished = await data.start(args, { env });

    expect(finished).toMatchObject({ code: 1, stdout: "" });
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toMatch(/^ +at |bug/m);
    expect(await readdir(data.dir)).not.toContain("lock");
  });

  it("helps, with what there is and the exit codes", async () => {
    await using data = await ownData();

    const { code, stdout } = await data.start(["--help"]);

    expect(code).toBe(0);
    expect(stdout).toContain("NATS_URL=nats://");
    expect(stdout).toContain("2 drift remains");
  });
});
