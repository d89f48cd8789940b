import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineTopology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { createTestOperator, JETSTREAM } from "../../support/operator.ts";
import { runOn } from "../../support/run.ts";
import { refusal, welcome } from "./attempt.ts";

const orders = defineTopology({ name: "orders", streams: [{ name: "ORDERS", subjects: ["orders.>"] }] });
const anHourAgo = () => Math.floor(Date.now() / 1000) - 3600;

const operator = await createTestOperator();
const team = await operator.account("TEAM", { limits: JETSTREAM });
const strict = await operator.account("STRICT", { limits: JETSTREAM, revocations: { "*": anHourAgo() + 7200 } });
const plain = await operator.account("PLAIN");
const unknown = await operator.account("UNKNOWN", { limits: JETSTREAM });
const full = await operator.account("FULL", { limits: { ...JETSTREAM, conn: 0 } });

eachVersion("creds, at a server under an operator", (version) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(version, { config: operator.config([team, strict, plain, full]) });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const at = (creds: string) => ({ servers: [server.url], credentials: { creds } });

  it("of a user let a run create what is declared", async () => {
    const credentials = { creds: await team.creds() };
    expect(await runOn(server, orders, { connection: { credentials } })).toMatchObject({ converged: true });
  });

  it.each([
    ["Windows line ends", (creds: string) => creds.replaceAll("\n", "\r\n")],
    ["no line end after the last line", (creds: string) => creds.trimEnd()],
    ["blank lines around it", (creds: string) => `\n\n${creds}\n\n`],
  ])("log in with %s", async (_, change) => {
    expect(await welcome(at(change(await team.creds())))).toMatchObject({ version });
  });

  it("that expired are refused, and the message says when they did", async () => {
    const expires = anHourAgo();
    expect(await refusal(at(await team.creds({ expires })))).toEqual({
      class: "auth",
      message: `The broker at ${server.url} refused the credentials (Authorization Violation): the user's JWT expired at ${new Date(expires * 1000).toISOString()}, have a new one made.`,
    });
  });

  it("that expire in an hour are not said to have expired when they are refused", async () => {
    const { class: errorClass, message } = await refusal(at(await unknown.creds({ expires: anHourAgo() + 7200 })));
    expect(errorClass).toBe("auth");
    expect(message).toMatch(/refused the credentials \(Authorization Violation\): check the user and its secret\.$/);
  });

  it.each([
    ["an account the server does not know", () => unknown.creds()],
    ["a revoked user", () => strict.creds()],
    ["a JWT and a seed of different users", async () => mixed(await team.creds(), await team.creds())],
  ])("of %s are refused", async (_, creds) => {
    expect(await refusal(at(await creds()))).toEqual({
      class: "auth",
      message: `The broker at ${server.url} refused the credentials (Authorization Violation): check the user and its secret.`,
    });
  });

  it("of an account without JetStream log in, and the run says what is missing", async () => {
    const result = await runOn(server, orders, { connection: { credentials: { creds: await plain.creds() } } });
    expect(result).toMatchObject({ converged: false, error: { class: "unavailable" } });
    expect(result.error?.message).toMatch(/JetStream not enabled for account|JetStream is not enabled/i);
  });

  it("of an account with no connection left fail as a limit", async () => {
    expect(await refusal(at(await full.creds()))).toEqual({
      class: "limits",
      message: `Cannot connect to the broker at ${server.url}: it answered "maximum account active connections exceeded".`,
    });
  });
});

describe("creds", () => {
  it.each([
    ["garbage", async () => "garbage-Secret"],
    ["cut short after the JWT", async () => (await team.creds()).split("****")[0] ?? ""],
    ["with a mistyped seed", async () => mistyped(await team.creds())],
    ["on one line", async () => (await team.creds()).replaceAll("\n", " ")],
    ["nothing", async () => ""],
  ])("that are %s are told as unreadable, and no broker is asked", async (_, creds) => {
    expect(await refusal({ servers: ["nats://127.0.0.1:1"], credentials: { creds: await creds() } })).toEqual({
      class: "auth",
      message: "The creds cannot be read: expected the text of a .creds file, JWT and seed.",
    });
  });
});

function mixed(one: string, other: string): string {
  const jwt = /JWT-----\n(.+)\n/.exec(other)?.[1] ?? "";
  return one.replace(/(JWT-----\n).+\n/, `$1${jwt}\n`);
}

function mistyped(creds: string): string {
  return creds.replace(/SU[A-Z2-7]{56}/, (seed) => `${seed.slice(0, 30)}AAAA${seed.slice(34)}`);
}
