import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aws, Fn, Lazy, Stack, Token } from "aws-cdk-lib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { BUNDLE_CONTEXT } from "../../cdk/construct/function/code.ts";
import { readTopologyFile } from "../../functions/ensure/topology-file.ts";
import { resolveTopology, TopologyError } from "../../lib/topology/index.ts";
import { app, BUNDLE, ensure, orders, templateOf } from "./synth.ts";

const directory = mkdtempSync(join(tmpdir(), "jetstream-ensure-topology-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}

function fileWith(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

describe("a topology", () => {
  test("that is wrong never deploys: all its mistakes are the error at synth, with no stack", () => {
    const topology = { name: "orders", streams: [{ name: "OR DERS", subjects: ["orders.>"], maxAge: "30 sols" }] };
    const error = caught(() => ensure({ topology }));
    expect(error).toBeInstanceOf(TopologyError);
    expect(error.message).toMatch(/^The topology has 2 mistakes:\n/);
    expect(error.stack).toBe(`TopologyError: ${error.message}`);
  });

  test.each([
    ["orders.json", JSON.stringify(orders)],
    [
      "orders.yaml",
      "name: orders\nstreams:\n  - { name: ORDERS, subjects: [orders.>], maxAge: 30d }\nkvBuckets: [{ name: carts }]\n",
    ],
  ])("may be the path of a file: %s", (name, text) => {
    expect(ensure({ topology: fileWith(name, text) }).topology).toEqual(resolveTopology(orders));
  });

  test("with CDK tokens is refused, with the place of each: they would reach the broker as text", () => {
    const topology = {
      name: `orders-${Aws.REGION}`,
      streams: [
        { name: "ORDERS", subjects: ["orders.>", `${Fn.importValue("Subject")}.>`], maxBytes: Token.asNumber("bytes") },
        { name: "LISTED", subjects: Fn.split(",", Fn.importValue("Subjects")), metadata: { team: Aws.STACK_NAME } },
        { name: "LAZY", subjects: ["lazy"], mirror: Lazy.any({ produce: () => ({ name: "ORDERS" }) }) as never },
        { name: "LIST", subjects: ["own", ...Fn.split(",", Fn.importValue("Subjects"))] },
      ],
    };
    const error = caught(() => ensure({ topology }));
    expect(error).toBeInstanceOf(TopologyError);
    const paths = (error as TopologyError).issues.map(({ path }) => path);
    expect(paths).toEqual([
      "name",
      "streams[0].subjects[1]",
      "streams[0].maxBytes",
      "streams[1].subjects",
      "streams[1].metadata.team",
      "streams[2].mirror",
      "streams[3].subjects[1]",
    ]);
    expect(error.message).toContain("streams[0].maxBytes: This is a CDK token, which only the deployment resolves");
    expect(caught(() => ensure({ topology: Aws.STACK_NAME })).message).toMatch(/^This is a CDK token/);
  });

  test.each(["größe", "   ", "orders\n", "o".repeat(256)])(
    "with a name that CloudWatch refuses as a dimension never deploys: %j",
    (name) => {
      const error = caught(() => ensure({ topology: { ...orders, name } }));
      expect(error.message).toMatch(/name: CloudWatch does not take this name as the value of a metric's dimension/);
      const file = fileWith("named.json", JSON.stringify({ ...orders, name }));
      expect(caught(() => ensure({ topology: file })).message).toBe(error.message);
    },
  );

  test("may have a name that is as long as CloudWatch takes, cut where other services take less", () => {
    const name = `:${"o".repeat(254)}`;
    const made = templateOf(ensure({ topology: { ...orders, name } }));
    const lengths = (type: string, property: string) =>
      Object.values(made.findResources(type)).map(({ Properties }) => Properties[property]?.length ?? 0);
    expect(Math.max(...lengths("AWS::Lambda::Function", "Description"))).toBe(256);
    expect(lengths("AWS::SNS::Topic", "DisplayName")).toEqual([100]);
    expect(Math.max(...lengths("AWS::CloudWatch::Alarm", "AlarmDescription"))).toBeLessThanOrEqual(1024);
    expect(Math.max(...lengths("AWS::Scheduler::Schedule", "Description"))).toBeLessThanOrEqual(512);
  });

  test("that is not where its path says is a sentence", () => {
    expect(caught(() => ensure({ topology: join(directory, "none.yaml") })).message).toMatch(/there is no such file/);
  });
});

describe("the function's code", () => {
  test("is the bundle with the resolved topology beside it, as the function reads it", async () => {
    const at = app();
    ensure({}, new Stack(at, "Stack"));
    const assembly = at.synth();
    const assets = readdirSync(assembly.directory).filter((name) => name.startsWith("asset."));
    const [code] = assets.filter((name) => existsSync(join(assembly.directory, name, "index.mjs")));
    const asset = join(assembly.directory, code ?? "");
    expect(readFileSync(join(asset, "index.mjs"), "utf8")).toBe(readFileSync(join(BUNDLE, "index.mjs"), "utf8"));
    await expect(readTopologyFile(join(asset, "topology.json"))).resolves.toEqual(resolveTopology(orders));
  });

  test("leaves nothing behind in the temporary directory", () => {
    const own = mkdtempSync(join(directory, "tmp-"));
    vi.stubEnv("TMPDIR", own);
    ensure({}, new Stack(app(), "Stack"));
    vi.unstubAllEnvs();
    expect(readdirSync(own)).toEqual([]);
  });

  test("that was not built is a sentence with the command that builds it", () => {
    const at = new Stack(
      new App({ outdir: mkdtempSync(join(directory, "out-")), context: { [BUNDLE_CONTEXT]: directory } }),
    );
    const error = caught(() => ensure({}, at));
    expect(error.message).toMatch(/bundle is missing.*`npm run build:lambda`/);
    expect(error.stack).not.toMatch(/\n +at /);
  });
});
