import { nkeyAuthenticator, nkeys } from "nats";
import { describe, expect, it } from "vitest";
import { countApiRequests } from "../../../functions/local/api-counts.ts";
import { asFiles, createAuthority } from "../../support/certificates.ts";
import { startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";
import { ownData } from "./program.ts";

describe("npm start on the broker of NATS_URL", () => {
  it("plans, writes with --ensure only, and starts no server", async () => {
    await using server = await startServer(newest, { login: { user: "ops", password: "s3cr3t-0f-ops" } });
    const nc = await server.connect({ user: "ops", pass: "s3cr3t-0f-ops" });
    await using counts = await countApiRequests(server, nc);
    await using data = await ownData();
    const env = { NATS_URL: server.url, NATS_USER: "ops", NATS_PASSWORD: "s3cr3t-0f-ops", NATS_SERVER_BIN: "/none" };

    const plan = await data.start([], { env });
    const writesOfPlan = await counts.writes();
    const ensure = await data.start(["--ensure"], { env });
    await counts.forget();
    const again = await data.start(["--ensure"], { env });

    expect(plan).toMatchObject({ code: 2 });
    expect(plan.stdout).toContain("22 to create");
    expect(plan.stdout).toContain("npm start -- --ensure");
    expect(plan.stderr).toContain("with your own user, from the environment");
    expect(writesOfPlan).toEqual([]);
    expect(ensure).toMatchObject({ code: 0 });
    expect(ensure.stdout).toContain("22 created");
    expect((await api(nc, "STREAM.NAMES")).streams).toHaveLength(22);
    expect(again).toMatchObject({ code: 0 });
    expect(await counts.writes()).toEqual([]);
    const texts = [plan, ensure, again].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect([...texts, await data.read("log.jsonl")].join("")).not.toContain("s3cr3t");
  });

  it("says in a sentence that the broker refused the credentials", async () => {
    await using server = await startServer(newest, { login: { user: "ops", password: "right" } });
    await using data = await ownData();

    const finished = await data.start([], {
      env: { NATS_URL: server.url.replace("//", "//ops:wr0ng-one@") },
    });

    expect(finished).toMatchObject({ code: 1 });
    expect(finished.stderr).toContain("refused the credentials");
    expect(`${finished.stderr}${finished.stdout}`).not.toMatch(/wr0ng-one|^ +at /m);
  });

  it("takes a token", async () => {
    await using server = await startServer(newest, { login: { token: "t0ken" } });
    await using data = await ownData();

    const { code, stdout } = await data.start([], { env: { NATS_URL: server.url, NATS_TOKEN: "t0ken" } });

    expect(stdout).toContain("22 to create");
    expect(code).toBe(2);
  });

  it("takes an nkey from a file", async () => {
    const user = nkeys.createUser();
    await using server = await startServer(newest, { login: { nkey: user.getPublicKey() } });
    await server.connect({ authenticator: nkeyAuthenticator(user.getSeed()) });
    await using files = await asFiles({ seed: `${new TextDecoder().decode(user.getSeed())}\n` });
    await using data = await ownData();

    const { code, stdout } = await data.start([], { env: { NATS_URL: server.url, NATS_NKEY: files.seed } });

    expect(stdout).toContain("22 to create");
    expect(code).toBe(2);
  });

  it("takes a CA and a client certificate from files", async () => {
    const authority = await createAuthority();
    const [ofServer, ofClient] = [await authority.server(), await authority.client()];
    await using files = await asFiles({
      ca: authority.cert,
      serverCert: ofServer.cert,
      serverKey: ofServer.key,
      cert: ofClient.cert,
      key: ofClient.key,
    });
    const tls = { cert: files.serverCert, key: files.serverKey, ca: files.ca };
    await using server = await startServer(newest, { tls });
    await using data = await ownData();
    const env = { NATS_URL: server.url, NATS_CA: files.ca, NATS_CERT: files.cert, NATS_KEY: files.key };

    const { code, stdout } = await data.start([], { env });

    expect(stdout).toContain("22 to create");
    expect(code).toBe(2);
  });
});
