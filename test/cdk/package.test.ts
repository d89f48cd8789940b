import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let app: string;
let packed: string[];

// `npm pack` of a copy, so that the clone's own dist/ stays as it is; then an app elsewhere that installs what it gave.
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "jetstream-ensure-package-")));
  const clone = join(folder, "clone");
  await mkdir(clone);
  for (const name of await readdir(root)) {
    // What is packed is for package.json to say: all is there that a clone has.
    if (/^(\.|node_modules$|dist$|cdk\.out$|coverage$)/.test(name)) continue;
    await cp(join(root, name), join(clone, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(clone, "node_modules"));
  const { stdout } = await done("npm", ["pack", "--json", "--pack-destination", folder], clone);
  const [{ filename, files }] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))) as [Packed];
  packed = files.map(({ path }) => path).sort();

  app = join(folder, "app");
  await mkdir(app);
  await writeFile(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const quick = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await done("npm", ["install", ...quick, join(folder, filename)], app);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Packed {
  filename: string;
  files: { path: string }[];
}

interface FunctionProperties {
  Code: { S3Key: string };
  Environment?: { Variables: Record<string, unknown> };
}

interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end; neither this process's npm settings nor its NATS variables are handed on. */
function finished(command: string, args: string[], cwd: string): Promise<Finished> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle)_|NATS_|VITEST)/i.test(name));
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env: Object.fromEntries(kept) }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function done(command: string, args: string[], cwd: string): Promise<Finished> {
  const end = await finished(command, args, cwd);
  if (end.code !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${end.code}:\n${end.stdout}${end.stderr}`);
  return end;
}

const node = (file: string) => done(process.execPath, [file], app);
const jetstreamEnsure = (...args: string[]) => finished(join(app, "node_modules/.bin/jetstream-ensure"), args, app);

describe("the package", () => {
  it("has what its users need, and nothing else", () => {
    const rest = packed.filter((path) => !/^dist\/(cdk|lib|functions\/(cli|ensure))\/.*\.(js|d\.ts)$/.test(path));
    expect(rest).toEqual([
      "LICENSE",
      "README.md",
      "dist/functions/ensure/event/event.schema.json",
      "dist/lambda/index.mjs",
      "dist/lib/report/result.schema.json",
      "dist/lib/topology/topology.schema.json",
      "dist/package.json",
      "dist/third-party-licences.txt",
      "package.json",
    ]);
    expect(packed).toEqual(expect.arrayContaining(["dist/cdk/index.js", "dist/cdk/index.d.ts", "dist/lib/index.d.ts"]));
  });

  it("brings with it what it needs at run time, and neither the CDK nor what the bundle has in it", async () => {
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const installed = await readdir(join(app, "node_modules"));
    expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    for (const absent of ["aws-cdk-lib", "constructs", "@aws-sdk", "@middy", "esbuild", "typescript", "node"]) {
      expect(installed).not.toContain(absent);
    }
  });

  it("names the licence of every package in the bundle", async () => {
    const licences = await readFile(join(app, "node_modules/jetstream-ensure/dist/third-party-licences.txt"), "utf8");
    for (const name of ["@aws-sdk/client-ssm", "@middy/core", "@nats-io/nats-core", "p-limit"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, [A-Z]`, "m"));
    }
    expect(licences).toContain("Permission is hereby granted");
  });
});

describe("the command jetstream-ensure, installed", () => {
  it("knows its version", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    expect(await jetstreamEnsure("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("validates a topology that is a module and asks the package's library, with no CDK there", async () => {
    await writeFile(
      join(app, "topology.ts"),
      `import { defineTopology } from "jetstream-ensure/lib";
       export default defineTopology({ name: "orders", kvBuckets: [{ name: "jobs", history: 5 }] });`,
    );
    await writeFile(join(app, "bad.yaml"), "name: bad\nstreams: [{ name: A, subjects: [a], maxAge: 1 fortnight }]\n");

    expect(await jetstreamEnsure("validate", "--topology", "topology.ts")).toEqual({
      code: 0,
      stdout: "orders: 1 resource (1 KV bucket), no mistakes.\n",
      stderr: "",
    });
    const bad = await jetstreamEnsure("validate", "--topology", "bad.yaml");
    expect(bad).toMatchObject({ code: 1, stdout: "" });
    expect(bad.stderr).toContain("maxAge");
  });

  it("says in a sentence that nobody answers", async () => {
    await writeFile(join(app, "jobs.json"), JSON.stringify({ name: "orders", kvBuckets: [{ name: "jobs" }] }));
    const plan = await jetstreamEnsure("plan", "--topology", "jobs.json", "--server", "nats://127.0.0.1:9");
    expect(plan).toMatchObject({ code: 1, stdout: "" });
    expect(plan.stderr).toMatch(/^Cannot connect to the broker at .*127\.0\.0\.1:9.*\(network\)\n$/);
  });
});

describe("in a CDK app", () => {
  beforeAll(async () => {
    for (const name of ["aws-cdk-lib", "constructs", "typescript", "@types"]) {
      await symlink(join(root, "node_modules", name), join(app, "node_modules", name));
    }
    await writeFile(
      join(app, "app.ts"),
      `import { App, Stack } from "aws-cdk-lib";
       import { JetStreamEnsure, defineTopology } from "jetstream-ensure";
       const topology = defineTopology({ name: "orders", kvBuckets: [{ name: "jobs", history: 5 }] });
       const app = new App({ outdir: "cdk.out" });
       const stack = new Stack(app, "Orders");
       new JetStreamEnsure(stack, "Orders", {
         topology,
         servers: ["tls://broker.example.com:4222"],
         credentials: { creds: "/orders/nats/creds" },
       });
       app.synth();`,
    );
  });

  it("a stack of ten lines synthesizes, with the bundle and the resolved topology as its code", async () => {
    await node("app.ts");

    const template = JSON.parse(await readFile(join(app, "cdk.out/Orders.template.json"), "utf8"));
    const resources = Object.values<{ Properties?: FunctionProperties }>(template.Resources);
    const ours = resources.find(({ Properties }) => "NATS_SERVERS" in (Properties?.Environment?.Variables ?? {}));
    const asset = join(app, "cdk.out", `asset.${ours?.Properties?.Code.S3Key.replace(/\.zip$/, "")}`);
    expect((await readdir(asset)).sort()).toEqual(["index.mjs", "topology.json"]);
    expect(JSON.parse(await readFile(join(asset, "topology.json"), "utf8"))).toMatchObject({ name: "orders" });
  });

  it("its types are checked by the package's declarations, which have no mistake of their own", async () => {
    await writeFile(
      join(app, "wrong.ts"),
      `import { JetStreamEnsure, defineTopology } from "jetstream-ensure";
       defineTopology({ name: "orders", kvBuckets: [{ name: "jobs", histroy: 5 }] });
       export const construct: string = JetStreamEnsure;`,
    );
    const compilerOptions = { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] };
    await writeFile(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["app.ts", "wrong.ts"] }));

    const { stdout } = await finished(process.execPath, [join(app, "node_modules/typescript/bin/tsc")], app);

    const mistakes = stdout.split("\n").filter((line) => /^\S/.test(line));
    expect(mistakes).toEqual([
      expect.stringMatching(/^wrong\.ts\(2,.*histroy/),
      expect.stringMatching(/^wrong\.ts\(3,.*'string'/),
    ]);
  }, 120_000);
});
