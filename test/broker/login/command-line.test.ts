import { createUser } from "@nats-io/jwt";
import { afterAll, describe, expect, it } from "vitest";
import { asFiles } from "../../support/certificates.ts";
import { startServer, withServer } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { timed } from "../../support/timed.ts";
import { newest } from "../../support/versions.ts";
import { jetstreamEnsure } from "../cli/command.ts";
import { expectSentence, secretsOf } from "./attempt.ts";
import { client, files as pem, tlsConfig, VERIFY } from "./tls-server.ts";

const operator = await createTestOperator();
const team = await operator.account("TEAM", { limits: JETSTREAM });
const user = createUser();
const secrets = {
  creds: await team.creds(),
  expired: await team.creds({ expires: 1_700_000_000 }),
  seed: `${new TextDecoder().decode(user.getSeed())}\n`,
  strangersSeed: `${new TextDecoder().decode(createUser().getSeed())}\n`,
};
const files = await asFiles({
  ...secrets,
  "topology.json": JSON.stringify({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] }),
});
afterAll(() => files[Symbol.asyncDispose]());
const tls = ["--tlsca", pem.ca];
const mutual = [...tls, "--tlscert", pem["client.cert"], "--tlskey", pem["client.key"]];

function plan(server: string, login: readonly string[], env: Record<string, string> = {}) {
  return jetstreamEnsure(["plan", "--topology", files["topology.json"], "--server", server, ...login], env);
}

describe("the command line", () => {
  it.each([
    {
      way: "--creds",
      options: { config: operator.config([team]) },
      right: ["--creds", files.creds],
      wrong: ["--creds", files.expired],
      sentence: "the user's JWT expired at 2023-11-14T22:13:20.000Z, have a new one made",
    },
    {
      way: "--nkey",
      options: { login: { nkey: user.getPublicKey() } },
      right: ["--nkey", files.seed],
      wrong: ["--nkey", files.strangersSeed],
      sentence: "refused the credentials (Authorization Violation): check the user and its secret",
    },
    {
      way: "--token",
      options: { login: { token: "t0ken-t0ken" } },
      right: ["--token", "t0ken-t0ken"],
      wrong: ["--token", "wr0ng-secret"],
      sentence: "refused the credentials (Authorization Violation): check the user and its secret",
    },
    {
      way: "--tlscert and --tlskey",
      options: tlsConfig("server", VERIFY),
      right: mutual,
      wrong: tls,
      sentence: "client certificate",
    },
    {
      way: "--tlsfirst",
      options: tlsConfig("server", `${VERIFY}, handshake_first: true`),
      right: [...mutual, "--tlsfirst"],
      wrong: [...tls, "--tlsfirst"],
      sentence: "client certificate",
    },
  ])("logs in by $way, and says in a sentence what is refused", async ({ options, right, wrong, sentence }) => {
    await using server = await startServer(newest, options);

    const [served, refused] = await Promise.all([plan(server.url, right), plan(server.url, wrong)]);

    expect(served).toMatchObject({ code: 2, stderr: "" });
    expect(served.stdout).toContain("stream/ORDERS");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(sentence);
    expect(refused.stderr).toMatch(/\. \(auth\)\n$/);
    const all = Object.values(secrets).flatMap((creds) => secretsOf({ creds }));
    expectSentence(refused.stderr.replace(/ \(auth\)\n$/, ""), [...all, "wr0ng-secret", ...secretsOf({ tls: client })]);
  });

  it("asks for the CA of a server whose certificate is not trusted", async () => {
    await using server = await startServer(newest, tlsConfig("server"));
    const { code, stderr } = await plan(server.url, []);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Cannot connect to the broker at ${server.url}: its TLS certificate is not trusted: give the CA that signed it. (network)\n`,
    });
  });

  it.each([
    ["which is silent", []],
    ["with TLS first", ["--tlsfirst"]],
  ])("ends soon after the wrong port, %s", (_, more) =>
    withServer(newest, {}, async ({ monitorUrl }) => {
      const args = ["--timeout", "300ms", ...more];
      const { value, ms } = await timed(() => plan(monitorUrl.replace("http:", "nats:"), args));
      const { code, stderr } = value;
      expect(ms).toBeLessThan(5000);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("is no NATS server") });
    }),
  );
});
