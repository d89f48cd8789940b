import { afterAll, describe, expect, it } from "vitest";
import { asFiles } from "../../support/certificates.ts";
import { startServer } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { newest } from "../../support/versions.ts";
import { jetstreamEnsure } from "./command.ts";

const operator = await createTestOperator();
const team = await operator.account("TEAM", { limits: JETSTREAM });
const creds = await team.creds();
const [jwt = "", seed = ""] = [...creds.matchAll(/-----BEGIN [^-]+-----\s+(\S+)\s/g)].map(([, text]) => text);
const files = await asFiles({ "ops.json": JSON.stringify({ user_jwt: jwt, user_seed: "env://OPS_SEED" }) });
afterAll(() => files[Symbol.asyncDispose]());

describe("a user's JWT and seed", () => {
  it.each<[string, string[], Record<string, string>]>([
    ["by options", ["--jwt", jwt, "--seed", seed], {}],
    ["by variables", [], { NATS_JWT: jwt, NATS_SEED: seed }],
    ["by a context, with the seed in a variable", ["--context", files["ops.json"]], { OPS_SEED: seed }],
  ])("log in %s", async (_, args, env) => {
    await using server = await startServer(newest, { config: operator.config([team]) });

    const exported = await jetstreamEnsure(["export", "--server", server.url, "--format", "json", ...args], env);

    expect(exported).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(exported.stdout)).toMatchObject({ name: "exported" });
  });

  it("are refused without the seed, in a sentence without the JWT", async () => {
    const { code, stderr } = await jetstreamEnsure(["export", "--jwt", jwt]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: "--jwt needs the user's seed: give --seed or NATS_SEED.\n" });
  });
});
