import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apiOptions,
  connectOptions,
  type LoginOptions,
  loginFromEnvironment,
} from "../../../functions/cli/login/login.ts";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "login-"));
  for (const name of ["creds", "nkey", "ca", "cert", "key"]) await writeFile(file(name), `text of ${name}`);
  await writeFile(file("empty"), "\n");
});
afterAll(() => rm(folder, { recursive: true }));

/** Options and variables by the name of the file they point to, where the value starts with `@`. */
const located = <T extends object>(values: T): T => {
  const entries = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" && value.startsWith("@") ? file(value.slice(1)) : value,
  ]);
  return Object.fromEntries(entries);
};

const local = ["nats://127.0.0.1:4222"];
type Case = [string, LoginOptions, Record<string, string>, unknown];

describe("connectOptions", () => {
  it.each<Case>([
    ["nothing at all: the broker on this machine", {}, {}, { servers: local }],
    ["an empty variable, as one not set", {}, { NATS_URL: "", NATS_CREDS: "" }, { servers: local }],
    ["--server before NATS_URL", { server: "a" }, { NATS_URL: "b" }, { servers: ["nats://a"] }],
    ["NATS_URL", {}, { NATS_URL: "tls://b" }, { servers: ["tls://b"] }],
    ["--creds", { creds: "@creds" }, {}, { servers: local, credentials: { creds: "text of creds" } }],
    ["NATS_CREDS", {}, { NATS_CREDS: "@creds" }, { servers: local, credentials: { creds: "text of creds" } }],
    ["--nkey", { nkey: "@nkey" }, {}, { servers: local, credentials: { nkey: "text of nkey" } }],
    ["NATS_NKEY", {}, { NATS_NKEY: "@nkey" }, { servers: local, credentials: { nkey: "text of nkey" } }],
    ["--token", { token: "t" }, {}, { servers: local, credentials: { token: "t" } }],
    ["NATS_TOKEN", {}, { NATS_TOKEN: "t" }, { servers: local, credentials: { token: "t" } }],
    [
      "--user and --password",
      { user: "me", password: "p" },
      {},
      { servers: local, credentials: { user: "me", password: "p" } },
    ],
    [
      "--user, and the password in its variable",
      { user: "me" },
      { NATS_USER: "you", NATS_PASSWORD: "p" },
      { servers: local, credentials: { user: "me", password: "p" } },
    ],
    [
      "an option before the environment's other way to log in",
      { creds: "@creds" },
      { NATS_USER: "me", NATS_PASSWORD: "p" },
      { servers: local, credentials: { creds: "text of creds" } },
    ],
    [
      "the user info of --server, with the secret out of the URL",
      { server: "nats://me:p@a" },
      { NATS_CREDS: "@creds", NATS_PASSWORD: "other" },
      { servers: ["nats://a"], credentials: { user: "me", password: "p" } },
    ],
    [
      "an option before the user info of NATS_URL",
      { token: "t" },
      { NATS_URL: "nats://me:p@a" },
      { servers: ["nats://a"], credentials: { token: "t" } },
    ],
    [
      "TLS files, each by option or variable",
      { tlscert: "@cert", tlskey: "@key" },
      { NATS_CA: "@ca" },
      { servers: local, credentials: { tls: { ca: "text of ca", cert: "text of cert", key: "text of key" } } },
    ],
    [
      "TLS required, TLS first, an inbox prefix",
      { tls: true, tlsfirst: true, inboxPrefix: "_INBOX_me" },
      {},
      { servers: local, tls: true, tlsHandshakeFirst: true, inboxPrefix: "_INBOX_me" },
    ],
  ])("takes %s", async (_, options, env, expected) => {
    expect(await connectOptions(located(options), located(env))).toEqual(expected);
  });

  it.each<Case>([
    ["two options", { creds: "@creds", token: "t" }, {}, "Two ways to log in, --creds and --token: give one of them."],
    [
      "two variables",
      {},
      { NATS_CREDS: "@creds", NATS_URL: "me:p@a" },
      "Two ways to log in, NATS_CREDS and NATS_URL: give one of them.",
    ],
    ["a user without a password", { user: "me" }, {}, "--user needs a password: set NATS_PASSWORD."],
    ["a password without a user", { password: "p" }, {}, "--password needs a user: give --user or NATS_USER."],
    ["a certificate without its key", { tlscert: "@cert" }, {}, "--tlscert needs its private key: give --tlskey."],
    ["a key without its certificate", {}, { NATS_KEY: "@key" }, "NATS_KEY needs its certificate: give --tlscert."],
    ["a missing file", { creds: "@none" }, {}, "(--creds): there is no such file."],
    ["a missing file of a variable", {}, { NATS_CA: "@none" }, "(NATS_CA): there is no such file."],
    ["a folder", { nkey: "@." }, {}, "(--nkey): it is a directory."],
    ["an empty file", { creds: "@empty" }, {}, "(--creds): the file is empty."],
  ])("refuses %s in a sentence", async (_, options, env, message) => {
    const refused = connectOptions(located(options), located(env));

    await expect(refused).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(`${message}`) });
  });

  it("finds a file in the home directory by ~/, as in a variable that no shell expanded", async () => {
    const refused = connectOptions({ creds: "~/no-such-folder/x.creds" }, {});

    await expect(refused).rejects.toThrow("Cannot read ~/no-such-folder/x.creds (--creds): there is no such file.");
  });
});

it("loginFromEnvironment logs in by the variables alone", async () => {
  const options = await loginFromEnvironment({ NATS_URL: "nats://b", NATS_USER: "me", NATS_PASSWORD: "p" });

  expect(options).toEqual({ servers: ["nats://b"], credentials: { user: "me", password: "p" } });
});

describe("apiOptions", () => {
  it.each([
    [{}, {}],
    [{ jsDomain: "hub" }, { domain: "hub" }],
    [{ jsApiPrefix: "$JS.hub.API" }, { prefix: "$JS.hub.API" }],
  ])("%j is %j", (options, expected) => {
    expect(apiOptions(options)).toEqual(expected);
  });

  it.each([
    [{ jsDomain: "" }, "--js-domain"],
    [{ jsApiPrefix: "$JS.hub.API." }, "--js-api-prefix"],
    [{ jsApiPrefix: "a b" }, "--js-api-prefix"],
    [{ inboxPrefix: "_INBOX.>" }, "--inbox-prefix"],
  ])("refuses %j, which no subject can begin with", (options, flag) => {
    expect(() => apiOptions(options)).toThrow(`${flag} "${Object.values(options)}" cannot begin a subject`);
  });

  it("refuses a domain and a prefix at once", () => {
    expect(() => apiOptions({ jsDomain: "hub", jsApiPrefix: "x" })).toThrow("give one of them");
  });
});
