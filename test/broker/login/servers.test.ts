import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withServer } from "../../support/nats-server.ts";
import { newest } from "../../support/versions.ts";
import { deadPort, listening, refusal, welcome } from "./attempt.ts";

const login = { user: "ops", password: "s3cret-pass" };

describe("of several servers", () => {
  it("the first that answers is taken", () =>
    withServer(newest, { login }, async ({ url }) => {
      const dead = `nats://127.0.0.1:${await deadPort()}`;
      const silent = `nats://127.0.0.1:${await listening(() => undefined)}`;
      const servers = [dead, silent, url];
      // The silent one costs as long; a machine that stands still for a second or two must not make the third one late.
      expect(await welcome({ servers, credentials: login, timeoutMs: 4000 })).toMatchObject({ version: newest });
    }));

  it.each([0, 1])("each is in the message with its own reason, and a refusal is what counts (%i)", (first) =>
    withServer(newest, { login }, async ({ url }) => {
      const dead = `nats://127.0.0.1:${await deadPort()}`;
      const servers = first === 0 ? [dead, url] : [url, dead];
      const failure = await refusal({ servers, credentials: { ...login, password: "wr0ng-secret" } });
      expect(failure.class).toBe("auth");
      expect(failure.message).toContain(`at ${dead}, connection refused, so nothing listens there`);
      expect(failure.message).toContain(`at ${url}, it refused the credentials (Authorization Violation)`);
    }),
  );

  it("those with the same reason are named together", async () => {
    const servers = [`nats://127.0.0.1:${await deadPort()}`, `nats://127.0.0.1:${await deadPort()}`];
    expect(await refusal({ servers })).toEqual({
      class: "network",
      message: `Cannot connect to the broker at ${servers.join(", ")}: connection refused, so nothing listens there.`,
    });
  });
});

describe("an address", () => {
  it.each([
    ["that listens to HTTP", () => undefined, "no answer within 300 ms, though something listens there: it is no NATS"],
    ["that says hello in another protocol", greeting("220 mail.example.com ESMTP\r\n"), "there is no NATS server"],
    ["that hangs up", (socket: { end(): void }) => socket.end(), "was closed before the broker said hello"],
    ["that resets", (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(), "was closed before the broker"],
  ])("%s is told as such", async (_, answer, sentence) => {
    const port = await listening(answer);
    const failure = await refusal({ servers: [`nats://127.0.0.1:${port}`], timeoutMs: 300 });
    expect(failure.message).toContain(sentence);
    expect(failure.class).toBe("network");
  });

  it("that hangs up after its hello may have refused for a reason that was lost, so it is asked three times", async () => {
    let asked = 0;
    const port = await listening((socket) => {
      asked += 1;
      socket.write('INFO {"server_id":"X","version":"2.15.2","proto":1,"max_payload":1048576,"headers":true}\r\n');
      socket.once("data", () => socket.end());
    });
    expect(await refusal({ servers: [`nats://127.0.0.1:${port}`] })).toEqual({
      class: "auth",
      message: `The broker at nats://127.0.0.1:${port} closed the connection during the login: it may refuse the client certificate or the user, see its log.`,
    });
    expect(asked).toBe(3);
  });

  it("of the server's monitoring port says that it is no NATS server, with and without TLS first", () =>
    withServer(newest, {}, async ({ monitorUrl }) => {
      const servers = [monitorUrl.replace("http:", "nats:")];
      const plain = await refusal({ servers, timeoutMs: 300 });
      const tlsFirst = await refusal({ servers, timeoutMs: 300, tlsHandshakeFirst: true });
      expect(plain.message).toContain("it is no NATS server");
      expect(tlsFirst.message).toContain("or is no NATS server");
    }));

  it("that does not answer is left at once: no socket stays open", async () => {
    const http = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const open = () => new Promise<number>((resolve) => http.getConnections((_, count) => resolve(count)));
    for (const tlsHandshakeFirst of [false, true]) {
      await refusal({ servers: [`nats://127.0.0.1:${port}`], timeoutMs: 300, tlsHandshakeFirst });
    }
    for (let i = 0; i < 50 && (await open()) > 0; i++) await sleep(10);
    expect(await open()).toBe(0);
    http.close();
  });

  it("whose name does not resolve is told as such", async () => {
    expect(await refusal({ servers: ["nats://no-such-host.invalid"], timeoutMs: 3000 })).toEqual({
      class: "network",
      message: "Cannot connect to the broker at nats://no-such-host.invalid: the host name does not resolve.",
    });
  });

  it.each(["nats://[::1", "http://127.0.0.1:4222", "nats://", "nats://h:99999"])("%s is none", async (server) => {
    expect(await refusal({ servers: ["nats://127.0.0.1:1", server] })).toEqual({
      class: "config",
      message: `"${server}" is not a server: write it like nats://host:4222 or tls://host:4222.`,
    });
  });

  it("is needed", async () => {
    expect(await refusal({ servers: [] })).toEqual({
      class: "config",
      message: "No broker to connect to: no server is given.",
    });
  });
});

function greeting(text: string) {
  return (socket: { write(text: string): void }) => socket.write(text);
}
