import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { bundleLambda, type LambdaBundle } from "../../../functions/build/bundle-lambda.ts";
import { BUNDLE_LIMIT } from "../../../functions/build/check-bundle.ts";
import { startSsmEndpoint } from "../../../functions/local/ssm/ssm-endpoint.ts";
import { withServer } from "../../support/nats-server.ts";
import { synthesize } from "../../support/synthesize.ts";
import { newest } from "../../support/versions.ts";
import { invoke } from "./deployed.ts";

let folder: string;
let bundle: LambdaBundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jetstream-ensure-bundle-"));
  bundle = await bundleLambda(join(folder, "lambda"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PASSWORD = "s3cret-of-the-bundle";

it("the synthesized asset creates the kanade fleet on a real broker, then writes nothing", () =>
  withServer(newest, { login: { user: "lambda", password: PASSWORD } }, async (server) => {
    const ssm = await startSsmEndpoint({
      parameters: {
        "/kanade/nats/user": { value: "lambda" },
        "/kanade/nats/password": { value: PASSWORD, type: "SecureString" },
      },
    });
    const credentials = { user: "/kanade/nats/user", password: "/kanade/nats/password" };
    const deployed = synthesize(
      { topology: kanade, servers: [server.url], credentials },
      { outdir: join(folder, "cdk.out"), bundle: join(folder, "lambda") },
    );

    const run = { mode: "ensure", trigger: "schedule" };
    const { results, output } = await invoke(deployed, { events: [run, run], ssmUrl: ssm.url });
    await ssm.close();

    expect((await readdir(deployed.asset)).sort()).toEqual(["index.mjs", "topology.json"]);
    expect(results).toMatchObject([
      { converged: true, summary: { created: 22, failed: 0 } },
      { converged: true, summary: { created: 0, unchanged: 22 }, requests: { write: 0 } },
    ]);
    // Each line is JSON of its own: that is what CloudWatch reads.
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ event }) => event === "run")).toMatchObject([
      { level: "INFO", topology: "kanade", trigger: "schedule", summary: { created: 22 } },
      { level: "INFO", topology: "kanade", trigger: "schedule", summary: { unchanged: 22 } },
    ]);
    const metrics = lines.filter((line) => "_aws" in line);
    expect(metrics.filter(({ kind }) => kind === undefined)).toMatchObject([
      { _aws: { CloudWatchMetrics: [{ Namespace: "JetStreamEnsure" }] }, topology: "kanade", Created: 22 },
      { topology: "kanade", Created: 0, Drift: 0, Held: 0, Failed: 0, RunsSucceeded: 1 },
    ]);
    expect(metrics.filter(({ kind }) => kind === "kv")).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Dimensions: [["topology", "function", "kind"]] }] },
        topology: "kanade",
        Drift: 11,
      },
      { topology: "kanade", Drift: 0, Held: 0, Failed: 0 },
    ]);
    expect(ssm.calls).toHaveLength(1);
    expect(output + JSON.stringify(results)).not.toContain(PASSWORD);
    expect(Object.values(deployed.environment).join()).not.toContain(PASSWORD);
  }));

it("a failure keeps the name of its class in the bundle, and its sentence", async () => {
  const deployed = synthesize(
    { topology: kanade, servers: ["nats://127.0.0.1:9"], credentials: { token: "/nowhere" } },
    { outdir: join(folder, "cdk.out-failing"), bundle: join(folder, "lambda") },
  );
  const ssm = await startSsmEndpoint({ parameters: {} });

  const failing = invoke(deployed, { events: [{ mode: "plan" }], ssmUrl: ssm.url });

  await expect(failing).rejects.toThrow(/EnsureFailed: .*\/nowhere/);
  await ssm.close();
});

it("the bundle is small enough, is minified, and knows nothing of the machine that built it", async () => {
  const text = await readFile(bundle.file, "utf8");

  expect(Buffer.byteLength(text)).toBe(bundle.bytes);
  expect(bundle.bytes).toBeLessThanOrEqual(BUNDLE_LIMIT);
  expect(text.split("\n").length).toBeLessThan(300);
  expect(text).not.toContain(process.cwd());
  expect(text).not.toContain("sourceMappingURL");
});
