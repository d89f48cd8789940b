import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectOptions } from "../../../lib/jetstream/connect.ts";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { refusal, welcome } from "./attempt.ts";
import { client, serverCertificate, strangersClient, tlsConfig, trust, VERIFY } from "./tls-server.ts";

eachVersion("a server that wants the client's certificate", (version) => {
  let server: TestServer;
  // 2.9 has no handshake_first.
  let first: TestServer | undefined;
  beforeAll(async () => {
    server = await startServer(version, tlsConfig("server", VERIFY));
    if (isAtLeast({ version }, "2.10.0"))
      first = await startServer(version, tlsConfig("server", `${VERIFY}, handshake_first: true`));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
  });
  const both = (): Omit<ConnectOptions, "credentials">[] => [
    { servers: [server.url] },
    ...(first ? [{ servers: [first.url], tlsHandshakeFirst: true }] : []),
  ];

  it("lets in who has one", async () => {
    for (const options of both()) {
      expect(await welcome({ ...options, credentials: { tls: { ...trust, ...client } } })).toMatchObject({ version });
    }
  });

  // The server says so after the handshake, as of TLS 1.3: its answer may be lost, of which the sentence says as much.
  it.each([
    ["none", {}, /wants a client certificate, and none is given \(.*\)\.$|may refuse the client certificate/],
    ["one of another CA", strangersClient, /refuse(d)? the client certificate/],
    ["one that is not for clients", serverCertificate, /refuse(d)? the client certificate/],
  ])("refuses who has %s", async (_, certificate, sentence) => {
    for (const options of both()) {
      const failure = await refusal({ ...options, credentials: { tls: { ...trust, ...certificate } } });
      expect(failure).toEqual({ class: "auth", message: expect.stringMatching(sentence) });
    }
  });
});

describe("a server's certificate", () => {
  it.each([
    ["for an IP address", "ip", "127.0.0.1"],
    ["for a name and an address", "server", "localhost"],
  ] as const)("%s is good for it alone", async (_, which, host) => {
    await using server = await startServer(newest, tlsConfig(which));
    expect(await welcome({ servers: [`tls://${host}:${server.port}`], credentials: { tls: trust } })).toBeDefined();
  });

  it.each([
    ["ip", "localhost", "127.0.0.1", false],
    ["other", "127.0.0.1", "broker.example.com", false],
    ["other", "localhost", "broker.example.com", false],
    ["other", "127.0.0.1", "broker.example.com", true],
  ] as const)("of other names (%s) is refused at %s, and the sentence has both", async (which, host, names, first) => {
    await using server = await startServer(newest, tlsConfig(which, first ? "handshake_first: true" : ""));
    const servers = [`tls://${host}:${server.port}`];
    expect(await refusal({ servers, tlsHandshakeFirst: first, credentials: { tls: trust } })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${servers}: its TLS certificate is not for ${host} but for ${names}: connect by one of its names.`,
    });
  });

  it("that has expired is refused as such", async () => {
    await using server = await startServer(newest, tlsConfig("old"));
    expect(await refusal({ servers: [server.url], credentials: { tls: trust } })).toMatchObject({
      class: "network",
      message: expect.stringContaining("its TLS certificate, or that of its CA, has expired"),
    });
  });
});

describe("PEM texts", () => {
  it.each([
    ["a CA that is none", { ca: "garbage-Secret" }, "The CA certificate cannot be read: expected PEM text"],
    ["a certificate that is none", { ...client, cert: "garbage-Secret" }, "The client certificate cannot be read"],
    ["a key that is none", { ...client, key: "garbage-Secret" }, "The client's private key cannot be read"],
    [
      "a certificate cut short",
      { ...client, cert: client.cert.slice(0, 200) },
      "The client certificate cannot be read",
    ],
    [
      "the key of another",
      { ...client, key: strangersClient.key },
      "The private key does not belong to the client certificate.",
    ],
    ["a certificate alone", { cert: client.cert }, "The client certificate is given without its private key."],
    ["a key alone", { key: client.key }, "The private key is given without the client certificate it belongs to."],
  ])("with a mistake, %s, are told before a broker is asked", async (_, tls, sentence) => {
    expect(await refusal({ servers: ["tls://127.0.0.1:1"], credentials: { tls } })).toEqual({
      class: "auth",
      message: expect.stringContaining(sentence),
    });
  });
});
