import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { BUNDLE_CONTEXT } from "../../cdk/construct/function/code.ts";
import { bundleLambda } from "../../functions/build/bundle-lambda.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "jetstream-ensure-app-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** `npx cdk synth`, as somebody runs it who has no AWS account: nothing in the environment but where programs are. */
async function synth({ bundle, more = [] }: { bundle: string; more?: string[] }) {
  const output = mkdtempSync(join(directory, "out-"));
  const cdk = join(root, "node_modules", "aws-cdk", "bin", "cdk");
  // The bundle is of this test: other tests build into dist meanwhile.
  const args = ["synth", "--quiet", "--no-notices", "--build", "true", "--output", output];
  const context = ["-c", `${BUNDLE_CONTEXT}=${bundle}`];
  const { stderr } = await promisify(execFile)(process.execPath, [cdk, ...args, ...context, ...more], {
    cwd: root,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: directory,
      CDK_DISABLE_CLI_TELEMETRY: "true",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  const template = JSON.parse(readFileSync(join(output, "Kanade.template.json"), "utf8"));
  return {
    output,
    stderr,
    resources: Object.values<{ Type: string; Properties: Record<string, never> }>(template.Resources),
  };
}

// Beside others on a small machine, cdk takes its time.
describe("npx cdk synth", { timeout: 180_000 }, () => {
  test("needs no account and no configuration, and deploys a bundle that has the handler", async () => {
    const bundle = join(directory, "lambda");
    await bundleLambda(bundle);

    const { output, resources } = await synth({ bundle });

    const assets = readdirSync(output).filter((name) => name.startsWith("asset."));
    const code = assets.find((name) => readdirSync(join(output, name)).includes("topology.json")) ?? "";
    const [file, handler] = (functionOf(resources).Handler as string).split(".");
    const module = await import(pathToFileURL(join(output, code, `${file}.mjs`)).href);
    expect(module[handler ?? ""]).toBeTypeOf("function");
    expect(resources.map(({ Type }) => Type)).toContain("Custom::JetStreamEnsure");
  });

  test("takes its configuration from the context", async () => {
    const context = [
      "servers=nats://127.0.0.1:4222",
      "creds=",
      "mode=plan",
      "schedule=off",
      "observability=false",
      "reserveConcurrency=false",
    ];
    const more = context.flatMap((each) => ["-c", each]);

    const { resources } = await synth({ bundle: join(root, "test", "cdk", "bundle"), more });

    const Variables = { NATS_SERVERS: "nats://127.0.0.1:4222", HOOK_MODE: "plan", MALLOC_ARENA_MAX: "1" };
    expect(functionOf(resources).Environment).toEqual({ Variables });
    expect(functionOf(resources)).not.toHaveProperty("ReservedConcurrentExecutions");
    const types = resources.map(({ Type }) => Type);
    expect(types).not.toContain("AWS::Scheduler::Schedule");
    expect(types).not.toContain("AWS::Logs::QueryDefinition");
    expect(resources.find(({ Type }) => Type === "Custom::JetStreamEnsure")?.Properties).toMatchObject({
      mode: "plan",
    });
  });

  test("deploys the topology of a file", async () => {
    const file = join(directory, "orders.yaml");
    writeFileSync(file, "name: orders\nstreams: [{ name: ORDERS, subjects: [orders.*] }]\n");

    const { output } = await synth({ bundle: join(root, "test", "cdk", "bundle"), more: ["-c", `topology=${file}`] });

    const [topology] = readdirSync(output, { recursive: true }).filter((name) =>
      String(name).endsWith("topology.json"),
    );
    expect(JSON.parse(readFileSync(join(output, String(topology)), "utf8"))).toMatchObject({
      name: "orders",
      resources: [{ id: "stream/ORDERS" }],
    });
  });

  test("says what is wrong with its configuration in a sentence", async () => {
    const failure = await synth({ bundle: directory, more: ["-c", "mode=sure"] }).catch(({ stderr }) => stderr);
    expect(failure).toContain('mode (-c mode=, or ENSURE_MODE) is "sure": it must be ensure or plan.');
    expect(failure).not.toMatch(/\n +at .*cdk/);
  });
});

function functionOf(resources: { Type: string; Properties: Record<string, unknown> }[]): Record<string, unknown> {
  const isOurs = ({ Properties }: { Properties: Record<string, unknown> }) => Properties.Handler === "index.handler";
  return resources.find(isOurs)?.Properties ?? {};
}
