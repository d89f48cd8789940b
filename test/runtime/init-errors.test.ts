import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import type { Invocation } from "../support/lambda/lambda-function.ts";
import { ENSURE, errorOf, logOf, startStage } from "./stage.ts";

/** What happens with an asset that is not as it was deployed. */
async function invokeDamaged(damage: (asset: string) => Promise<void>, handler = "index.handler"): Promise<Invocation> {
  const asset = await mkdtemp(join(tmpdir(), "jetstream-ensure-asset-"));
  try {
    await cp(inject("deployed").kanade.asset, asset, { recursive: true });
    await damage(asset);
    await using stage = await startStage({ change: { asset, handler } });
    return await stage.lambda.invoke(ENSURE);
  } finally {
    await rm(asset, { recursive: true, force: true });
  }
}

it("without its topology the function is initialized, and the invocation says in a sentence what is missing", async () => {
  const invocation = await invokeDamaged((asset) => rm(join(asset, "topology.json")));

  const { errorType, errorMessage } = errorOf(invocation);
  expect(errorType).toBe("TopologyFileError");
  expect(errorMessage).toMatch(/^The topology cannot be read from .*topology\.json: .* A deployment puts it beside/);
  expect(logOf(invocation)).toContainEqual(expect.objectContaining({ event: "failure", message: errorMessage }));
});

it.each([
  [
    "code that is no JavaScript",
    "Runtime.UserCodeSyntaxError",
    "index.handler",
    (asset: string) => writeFile(join(asset, "index.mjs"), "export const handler = ;"),
  ],
  ["no code", "Runtime.ImportModuleError", "index.handler", (asset: string) => rm(join(asset, "index.mjs"))],
  ["a handler that is not exported", "Runtime.HandlerNotFound", "index.main", async () => undefined],
])("%s is an error of the initialization: %s", async (_, errorType, handler, damage) => {
  const invocation = await invokeDamaged(damage, handler);

  expect(invocation).toMatchObject({ outcome: "init", payload: { errorType } });
  // After this line the runtime ends, with Node's own words about it.
  expect(JSON.parse(invocation.lines[0] ?? "")).toMatchObject({
    level: "ERROR",
    message: { errorMessage: expect.stringMatching(/./) },
  });
});

it("an environment with mistakes is one sentence that names each of them, and the next invocation is as good", async () => {
  await using stage = await startStage({
    environment: { NATS_SERVERS: "nats://someone:hidden@broker", CONNECT_TIMEOUT_MS: "soon", NATS_TLS: "maybe" },
  });

  const first = await stage.lambda.invoke(ENSURE);
  const second = await stage.lambda.invoke(ENSURE);

  const { errorType, errorMessage } = errorOf(first);
  expect(errorType).toBe("SettingsError");
  expect(errorMessage).toMatch(
    /^The function's environment is wrong: NATS_SERVERS .*; NATS_TLS .*; CONNECT_TIMEOUT_MS /,
  );
  expect(errorOf(second).errorMessage).toBe(errorMessage);
  expect(second.cold).toBe(false);
  expect(await stage.lambda.everything()).not.toContain("hidden");
});
