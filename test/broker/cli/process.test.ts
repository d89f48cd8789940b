import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jetstreamEnsure, start } from "./command.ts";

let folder: string;
let topology: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-cli-"));
  topology = join(folder, "topology.json");
  await writeFile(topology, JSON.stringify({ name: "orders", kvBuckets: [{ name: "settings" }] }));
});
afterAll(() => rm(folder, { recursive: true }));

/** A port of this machine at which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `nats://127.0.0.1:${port}`;
}

describe("a mistake", () => {
  it.each([
    ["no verb at all", [], "Usage: jetstream-ensure"],
    ["an unknown verb", ["pln"], "Did you mean plan?"],
    ["an unknown option", ["plan", "--topolgy", "x"], "Did you mean --topology?"],
    ["no topology", ["plan"], "Which topology? Give its file: --topology"],
    ["a topology that is not there", ["plan", "--topology", "no-such-file.json"], "no-such-file.json"],
    ["a plan with an approval", ["plan", "--topology", "x", "--approve", "9f2c"], "--approve belongs to ensure"],
    ["two ways to log in", ["plan", "--topology", "x", "--user", "a", "--token", "b"], "Two ways to log in"],
  ])("such as %s is told in words, without a stack, with exit code 1", async (_, args, sentence) => {
    const finished = await jetstreamEnsure(args);

    expect(finished).toMatchObject({ code: 1, stdout: "" });
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toMatch(/^ +at /m);
    expect(finished.stderr).not.toContain("bug");
  });

  it("in the topology comes with all others in it, each with its place", async () => {
    const path = join(folder, "bad.json");
    const streams = [
      { name: "A B", subjects: ["a.>"] },
      { name: "C", subjects: ["c.>"], maxAge: "30 days", maxBites: 5 },
    ];
    await writeFile(path, JSON.stringify({ name: "bad", streams }));

    const finished = await jetstreamEnsure(["plan", "--topology", path]);
    const validated = await jetstreamEnsure(["validate", "--topology", path]);

    expect(validated).toEqual(finished);
    expect(finished).toMatchObject({ code: 1, stdout: "" });
    expect(finished.stderr).toContain("streams[0]");
    expect(finished.stderr).toContain("maxAge");
    expect(finished.stderr).toContain("maxBites");
    expect(finished.stderr).not.toMatch(/^ +at /m);
  });

  it("in the server's address ends in one sentence that names it", async () => {
    const url = await deadUrl();

    const finished = await jetstreamEnsure(["ensure", "--topology", topology, "--server", url]);

    expect(finished).toMatchObject({ code: 1, stdout: "" });
    expect(finished.stderr).toMatch(/^Cannot connect to the broker at .*\(network\)\n$/);
    expect(finished.stderr).toContain(url);
  });
});

it("validate says in one line what a topology without mistakes declares", async () => {
  const finished = await jetstreamEnsure(["validate", "--topology", topology]);

  expect(finished).toEqual({ code: 0, stdout: "orders: 1 resource (1 KV bucket), no mistakes.\n", stderr: "" });
});

it("validate warns of a value that the server replaces, with exit code 0", async () => {
  const markers = { name: "A", subjectDeleteMarkerTtl: "1m", allowMsgTtl: false };
  const path = join(folder, "warned.json");
  await writeFile(path, JSON.stringify({ name: "orders", streams: [markers] }));

  const finished = await jetstreamEnsure(["validate", "--topology", path]);

  expect(finished).toMatchObject({ code: 0, stderr: "" });
  expect(finished.stdout).toBe(
    "orders: 1 resource (1 stream), no mistakes.\n" +
      "! stream/A: allowMsgTtl is declared false, and the server turns it on because of subjectDeleteMarkerTtl.\n",
  );
});

describe("the process", () => {
  it("helps on stdout, with exit codes and examples", async () => {
    const program = await jetstreamEnsure(["--help"]);
    const verb = await jetstreamEnsure(["plan", "--help"]);

    expect(program).toMatchObject({ code: 0, stderr: "" });
    expect(program.stdout).toContain("2  drift remains");
    expect(verb).toMatchObject({ code: 0, stderr: "" });
    expect(verb.stdout).toContain("jetstream-ensure plan --topology my.yaml");
  });

  it("is quiet where the reader of its output has gone", async () => {
    const url = await deadUrl();
    const child = start(["ensure", "--topology", topology, "--server", url, "--json"]);
    // As `| head -0` does.
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));

    const [code] = await once(child, "close");

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot connect .*\n$/);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends at %s with a sentence and code %i", async (signal, expected) => {
    // Accepts, and never says what a NATS server says first.
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const child = start(["ensure", "--topology", topology, "--server", `127.0.0.1:${port}`, "--timeout", "50s"]);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await once(silent, "connection");

    child.kill(signal);
    const [code] = await once(child, "close");
    silent.close();

    expect(code).toBe(expected);
    expect(stderr.trim()).toMatch(/^Interrupted\. .*plan shows it\.$/);
  });
});
