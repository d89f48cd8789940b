import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eachVersionSince } from "../../support/each-version-since.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { refusal, welcome } from "./attempt.ts";
import { stranger, tlsConfig, trust } from "./tls-server.ts";

eachVersion("a server with TLS", (version) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(version, tlsConfig("server"));
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const by = (scheme: string, host = "127.0.0.1") => [`${scheme}://${host}:${server.port}`];

  it.each([
    ["tls", "127.0.0.1"],
    ["tls", "localhost"],
    ["nats", "127.0.0.1"],
    ["nats", "localhost"],
    ["TLS", "localhost"],
  ])("is trusted by who has its CA: %s://%s", async (scheme, host) => {
    expect(await welcome({ servers: by(scheme, host), credentials: { tls: trust } })).toMatchObject({
      tls_required: true,
    });
  });

  it.each(["tls", "nats"])("is not trusted without its CA, and the sentence asks for it: %s://", async (scheme) => {
    expect(await refusal({ servers: by(scheme) })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${by(scheme)}: its TLS certificate is not trusted: give the CA that signed it.`,
    });
  });

  it("is not trusted by who has another CA", async () => {
    const credentials = { tls: { ca: stranger.cert } };
    expect(await refusal({ servers: by("tls"), credentials })).toMatchObject({
      class: "network",
      message: expect.stringContaining("its TLS certificate is not trusted: the CA given did not sign it"),
    });
  });

  it("that wants no TLS handshake first says nothing of the kind to who does one", async () => {
    const options = { servers: by("tls"), tlsHandshakeFirst: true, credentials: { tls: trust } };
    expect(await refusal(options)).toMatchObject({
      class: "network",
      message: expect.stringContaining("it does not begin with TLS, which is required here: it has no handshake_first"),
    });
  });
});

eachVersionSince("2.10.0", "a server with handshake_first", (version) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(version, tlsConfig("server", "handshake_first: true"));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(["127.0.0.1", "localhost"])("takes who begins with TLS, at %s", async (host) => {
    const servers = [`nats://${host}:${server.port}`];
    expect(await welcome({ servers, tlsHandshakeFirst: true, credentials: { tls: trust } })).toMatchObject({ version });
  });

  it("is not trusted without its CA", async () => {
    expect(await refusal({ servers: [server.url], tlsHandshakeFirst: true })).toMatchObject({
      class: "network",
      message: expect.stringContaining("its TLS certificate is not trusted: give the CA that signed it"),
    });
  });

  it("is silent to who waits for its hello, and the sentence names the reason", async () => {
    expect(await refusal({ servers: [server.url], timeoutMs: 400, credentials: { tls: trust } })).toMatchObject({
      class: "network",
      message: expect.stringMatching(/no answer within 400 ms, though something listens there: .* wants TLS first\.$/),
    });
  });
});

describe("a plaintext server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(newest);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([
    ["the URL says tls://", "tls", {}],
    ["the URL says TLS://", "TLS", {}],
    ["a CA is given", "nats", { credentials: { tls: trust } }],
    ["TLS is required", "nats", { tls: true }],
  ])("is refused where %s", async (_, scheme, more) => {
    const servers = [`${scheme}://127.0.0.1:${server.port}`];
    expect(await refusal({ servers, ...more })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${servers}: TLS is required here and the broker does not offer it.`,
    });
  });

  it("is refused where another server's URL says tls://", async () => {
    const servers = [server.url, `tls://127.0.0.1:${server.port}`];
    expect(await refusal({ servers })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${servers.join(", ")}: TLS is required here and the broker does not offer it.`,
    });
  });

  it("is refused where TLS comes first", async () => {
    const failure = await refusal({ servers: [server.url], tlsHandshakeFirst: true });
    expect(failure).toEqual({ class: "network", message: expect.stringContaining("it does not begin with TLS") });
  });
});
