import { createUser } from "@nats-io/jwt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { refusal, welcome } from "./attempt.ts";

const user = createUser();
const seed = new TextDecoder().decode(user.getSeed());
const stranger = new TextDecoder().decode(createUser().getSeed());

let servers: { byPassword: TestServer; byToken: TestServer; byNkey: TestServer };
beforeAll(async () => {
  const [byPassword, byToken, byNkey] = await Promise.all([
    startServer(newest, { login: { user: "ops", password: 'pass w0rd "1" $é' } }),
    startServer(newest, { login: { token: "t0ken-t0ken" } }),
    startServer(newest, { login: { nkey: user.getPublicKey() } }),
  ]);
  servers = { byPassword, byToken, byNkey };
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server[Symbol.asyncDispose]())));

describe("a login", () => {
  it.each([
    ["user and password", "byPassword", { user: "ops", password: 'pass w0rd "1" $é' }],
    ["token", "byToken", { token: "t0ken-t0ken" }],
    ["nkey seed", "byNkey", { nkey: seed }],
    ["nkey seed with line ends around it, as a file has", "byNkey", { nkey: `\r\n${seed}\r\n` }],
  ] as const)("by %s succeeds", async (_, server, credentials) => {
    expect(await welcome({ servers: [servers[server].url], credentials })).toMatchObject({ version: newest });
  });

  it.each([
    ["a wrong password", "byPassword", { user: "ops", password: "wr0ng-secret" }],
    ["an unknown user", "byPassword", { user: "nobody", password: "wr0ng-secret" }],
    ["no password", "byPassword", { user: "ops" }],
    ["a token where a password is wanted", "byPassword", { token: "wr0ng-secret" }],
    ["a wrong token", "byToken", { token: "wr0ng-secret" }],
    ["another's nkey", "byNkey", { nkey: stranger }],
    ["an nkey where a token is wanted", "byToken", { nkey: seed }],
  ] as const)("by %s is refused", async (_, server, credentials) => {
    const { url } = servers[server];
    expect(await refusal({ servers: [url], credentials })).toEqual({
      class: "auth",
      message: `The broker at ${url} refused the credentials (Authorization Violation): check the user and its secret.`,
    });
  });

  it("without credentials is refused where some are wanted, and says that none are given", async () => {
    for (const { url } of Object.values(servers)) {
      expect(await refusal({ servers: [url] })).toEqual({
        class: "auth",
        message: `The broker at ${url} refused to let in who gives no credentials (Authorization Violation).`,
      });
    }
  });

  it.each([
    ["garbage", "garbage-Secret"],
    ["a mistyped seed", `${seed.slice(0, 30)}AAAA${seed.slice(34)}`],
    ["a public key", user.getPublicKey()],
    ["nothing", ""],
  ])("by an nkey that is %s says so, and asks no broker", async (_, nkey) => {
    expect(await refusal({ servers: [servers.byNkey.url], credentials: { nkey } })).toEqual({
      class: "auth",
      message: "The nkey cannot be read: expected the seed of a user, one word that begins with SU.",
    });
  });

  it("with a secret in the server's URL ignores it and keeps it out of the message", async () => {
    const url = servers.byPassword.url.replace("//", "//ops:se/cr@et-secret@");
    const { class: errorClass, message } = await refusal({ servers: [url] });
    expect(errorClass).toBe("auth");
    expect(message).toContain(`at ${servers.byPassword.url} refused`);
    expect(message).not.toMatch(/secret|se\/cr/);
  });
});
