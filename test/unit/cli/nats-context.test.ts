import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { apiOptions, connectOptions, contextOf, type LoginOptions } from "../../../functions/cli/login/login.ts";

let home: string;
let env: Record<string, string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "nats-context-"));
  await mkdir(join(home, "nats", "context"), { recursive: true });
  for (const name of ["creds", "nkey", "ca", "cert", "key"]) await writeFile(join(home, name), `text of ${name}`);
});
beforeEach(async () => {
  env = { XDG_CONFIG_HOME: home, HERE: home };
  await rm(join(home, "nats", "context.txt"), { force: true });
});
afterAll(() => rm(home, { recursive: true }));

const save = (name: string, content: unknown) =>
  writeFile(
    join(home, "nats", "context", `${name}.json`),
    typeof content === "string" ? content : JSON.stringify(content),
  );
const select = (name: string) => writeFile(join(home, "nats", "context.txt"), `${name}\n`);

async function login(options: LoginOptions = {}, more: Record<string, string> = {}) {
  const variables = { ...env, ...more };
  const context = await contextOf(options, variables);
  return { ...(await connectOptions(options, variables, context)), api: apiOptions(options, context) };
}

/** As the nats command line writes it: every field, most of them empty. */
const EMPTY = { description: "", url: "", socks_proxy: "", token: "", user: "", password: "", creds: "", nkey: "" };

describe("a context", () => {
  it.each<[string, object, object]>([
    ["its server", { url: "nats://a:1,nats://b:2" }, { servers: ["nats://a:1", "nats://b:2"] }],
    ["nothing but its name: the broker on this machine", {}, { servers: ["nats://127.0.0.1:4222"] }],
    ["user and password", { user: "me", password: "p" }, { credentials: { user: "me", password: "p" } }],
    ["a user without a password", { user: "me" }, { credentials: { user: "me", password: "" } }],
    [
      "the user info of its URL",
      { url: "nats://me:p@a" },
      { servers: ["nats://a"], credentials: { user: "me", password: "p" } },
    ],
    ["a token", { token: "t" }, { credentials: { token: "t" } }],
    ["a creds file, its path with a variable", { creds: "$HERE/creds" }, { credentials: { creds: "text of creds" } }],
    ["an nkey file", { nkey: ["file://$", "{HERE}/nkey"].join("") }, { credentials: { nkey: "text of nkey" } }],
    ["creds within it", { creds: "data:;base64,dGV4dA==" }, { credentials: { creds: "text" } }],
    [
      "a password in a variable",
      { user: "me", password: "env://SECRET" },
      { credentials: { user: "me", password: "s3cret" } },
    ],
    [
      "a JWT and its seed",
      { user_jwt: "ey.J.W", user_seed: "SUA" },
      { credentials: { creds: expect.stringMatching(/^-----BEGIN NATS USER JWT-----\ney\.J\.W\n(?:.|\n)*\nSUA\n/) } },
    ],
    [
      "TLS files, and TLS first",
      { cert: "$HERE/cert", key: "$HERE/key", ca: "$HERE/ca", tls_first: true },
      { tlsHandshakeFirst: true, credentials: { tls: { ca: "text of ca", cert: "text of cert", key: "text of key" } } },
    ],
    ["an inbox prefix", { inbox_prefix: "_INBOX_me" }, { inboxPrefix: "_INBOX_me" }],
    ["a JetStream domain", { jetstream_domain: "hub" }, { api: { domain: "hub" } }],
    ["a JetStream prefix", { jetstream_api_prefix: "JS.x.API" }, { api: { prefix: "JS.x.API" } }],
    ["a domain before a prefix", { jetstream_domain: "hub", jetstream_api_prefix: "x" }, { api: { domain: "hub" } }],
    ["a user before creds", { user: "me", creds: "$HERE/creds" }, { credentials: { user: "me" } }],
  ])("gives %s", async (_, settings, expected) => {
    await save("ops", { ...EMPTY, ...settings });

    expect(await login({ context: "ops" }, { SECRET: "s3cret" })).toMatchObject(expected);
  });

  it.each<[string, object, string]>([
    ["nsc", { nsc: "nsc://o/a/u" }, "it asks nsc for the server and the credentials"],
    ["creds kept by nsc", { creds: "nsc://o/a/u" }, 'The secret of creds of the nats context "ops" is kept by nsc'],
    ["1Password", { user: "me", password: "op://vault/x" }, "is kept by 1Password"],
    ["a SOCKS proxy", { socks_proxy: "socks5://x" }, "it goes through a SOCKS proxy"],
    ["a Windows store", { windows_cert_store: "user" }, "its certificate is in a Windows store"],
    ["a variable that is not set", { token: "env://NONE" }, "is in the variable NONE, which is not set"],
    ["a creds file that is not there", { creds: "$HERE/none" }, '/none (creds of the nats context "ops"): there is no'],
    ["a JWT without its seed", { user_jwt: "ey.J.W" }, "needs the user's seed"],
    ["a key alone", { key: "$HERE/key" }, 'key of the nats context "ops" needs its certificate'],
    ["a domain that is none", { jetstream_domain: "a b" }, '"a b" cannot begin a subject'],
    ["a URL with a secret that is none", { url: "nats://me:s3cret@" }, "server 1 of 1 is not a server"],
  ])("is refused in a sentence with %s", async (_, settings, sentence) => {
    await save("ops", { ...EMPTY, ...settings });

    const refused = login({ context: "ops" });

    await expect(refused).rejects.toMatchObject({ name: "UsageError", message: expect.stringContaining(sentence) });
    await expect(refused).rejects.not.toThrow("s3cret");
  });

  it.each([
    ["no JSON", '{ "token": "s3cret" '],
    ["no object", '["s3cret"]'],
  ])("is refused where its file is %s, and nothing of the file is said", async (_, content) => {
    await save("ops", content);

    const refused = login({ context: "ops" });

    await expect(refused).rejects.toThrow('Cannot use the nats context "ops": its file is not');
    await expect(refused).rejects.not.toThrow("s3cret");
  });
});

describe("which context", () => {
  beforeAll(async () => {
    for (const name of ["named", "variable", "selected"]) await save(name, { url: `nats://${name}` });
  });

  it("is the one named, else that of NATS_CONTEXT, else the selected one, else none", async () => {
    const none = await login();
    await select("selected");
    const selected = await login();
    const variable = await login({}, { NATS_CONTEXT: "variable" });
    const named = await login({ context: "named" }, { NATS_CONTEXT: "variable" });

    const servers = [named, variable, selected, none].map((each) => each.servers[0]);
    expect(servers).toEqual(["nats://named", "nats://variable", "nats://selected", "nats://127.0.0.1:4222"]);
  });

  it("is none with --no-context", async () => {
    await select("selected");

    const { servers } = await login({ context: false }, { NATS_CONTEXT: "variable" });

    expect(servers).toEqual(["nats://127.0.0.1:4222"]);
  });

  it("may be a file elsewhere", async () => {
    const path = join(home, "elsewhere.json");
    await writeFile(path, JSON.stringify({ url: "nats://elsewhere" }));

    expect(await login({ context: path })).toMatchObject({ servers: ["nats://elsewhere"] });
  });

  it.each([
    ["named and not there", { context: "gone" }, /Cannot read .*gone\.json \(the nats context "gone", --context\)/],
    ["a path out of the folder", { context: "../x" }, /"\.\.\/x" \(--context\) is no name of a nats context/],
  ])("is refused where it is %s", async (_, options, sentence) => {
    await expect(login(options)).rejects.toThrow(sentence);
  });

  it("is missed where the selected one is gone, rather than another broker asked", async () => {
    await select("gone");

    await expect(login()).rejects.toThrow(/"gone", selected; --no-context does without\): there is no such file/);
  });
});

describe("a context gives what options and variables leave open", () => {
  beforeEach(() =>
    save("ops", { url: "nats://a", user: "me", password: "p", jetstream_domain: "hub", inbox_prefix: "_I" }),
  );

  it.each<[string, LoginOptions, Record<string, string>, object]>([
    [
      "the login beside --server",
      { server: "b" },
      {},
      { servers: ["nats://b"], credentials: { user: "me", password: "p" } },
    ],
    [
      "the login beside NATS_URL",
      {},
      { NATS_URL: "b" },
      { servers: ["nats://b"], credentials: { user: "me", password: "p" } },
    ],
    ["the server beside another login", { token: "t" }, {}, { servers: ["nats://a"], credentials: { token: "t" } }],
    ["nothing of a login beside NATS_TOKEN", {}, { NATS_TOKEN: "t" }, { credentials: { token: "t" } }],
    [
      "nothing of a login beside a URL's",
      { server: "nats://t@b" },
      {},
      { servers: ["nats://b"], credentials: { token: "t" } },
    ],
    ["the user beside NATS_PASSWORD", {}, { NATS_PASSWORD: "q" }, { credentials: { user: "me", password: "q" } }],
    ["the inbox beside --js-domain", { jsDomain: "x" }, {}, { api: { domain: "x" }, inboxPrefix: "_I" }],
    ["no domain beside --js-api-prefix", { jsApiPrefix: "x" }, {}, { api: { prefix: "x" } }],
  ])("%s", async (_, options, variables, expected) => {
    const { credentials, ...rest } = await login({ context: "ops", ...options }, variables);

    expect({ credentials, ...rest }).toMatchObject(expected);
    expect(Object.keys(credentials ?? {})).toEqual(
      Object.keys((expected as { credentials?: object }).credentials ?? credentials ?? {}),
    );
  });

  it("but not its password to another user", async () => {
    await expect(login({ context: "ops", user: "you" })).rejects.toThrow("--user needs a password");
  });
});
