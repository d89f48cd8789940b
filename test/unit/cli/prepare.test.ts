import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { prepare } from "../../../functions/cli/run-verb.ts";

let folder: string;
let topology: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prepare-"));
  topology = join(folder, "topology.json");
  await writeFile(topology, JSON.stringify({ name: "orders", kvBuckets: [{ name: "settings" }] }));
});
afterAll(() => rm(folder, { recursive: true }));

const shared = { color: true, timeout: 1500 };

it("hands everything the command says on to the run", async () => {
  const options = { ...shared, topology, only: ["kv/*"], approve: "9f2c", jsDomain: "hub" };

  const prepared = await prepare("ensure", options);

  expect(prepared).toMatchObject({
    mode: "ensure",
    trigger: "cli",
    only: ["kv/*"],
    approve: "9f2c",
    api: { domain: "hub", timeoutMs: 1500 },
    topology: { name: "orders" },
  });
});

it("leaves out what the command does not say", async () => {
  const prepared = await prepare("plan", { ...shared, topology });

  expect(Object.keys(prepared).sort()).toEqual(["api", "connect", "mode", "topology", "trigger"]);
  expect(prepared.api).toEqual({ timeoutMs: 1500 });
});

it("connects only when the run asks for it", async () => {
  const prepared = await prepare("plan", { ...shared, topology, server: "127.0.0.1:1" });

  await expect(prepared.connect()).rejects.toMatchObject({ name: "BrokerError", class: "network" });
});

it("complains of the login before it reads the topology", async () => {
  const twoLogins = prepare("plan", { ...shared, topology: "missing.json", token: "t", user: "u" });

  await expect(twoLogins).rejects.toThrow("Two ways to log in, --user and --token");
});
