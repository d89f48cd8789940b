import { connect as connectTcp, createServer } from "node:net";
import { connect, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import { timed } from "../../support/timed.ts";
import { newest } from "../../support/versions.ts";

const ROUND_TRIP_MS = 100;
/** What a busy machine may add. */
const SLACK_MS = 80;

let server: TestServer;

beforeAll(async () => {
  server = await startServer(newest);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function withProxy(latencyMs: number, body: (proxy: TcpProxy) => Promise<void>): Promise<void> {
  const proxy = await startTcpProxy({ target: { port: server.port }, latencyMs });
  try {
    await body(proxy);
  } finally {
    await proxy.close();
  }
}

function connectTo(proxy: TcpProxy): Promise<NatsConnection> {
  return connect({ servers: proxy.address, reconnect: false, ignoreClusterUpdates: true });
}

describe("a proxy with latency", () => {
  it("adds one round trip to a request, and three to a NATS connect: TCP, INFO, CONNECT and PING", async () => {
    await withProxy(ROUND_TRIP_MS, async (proxy) => {
      let nc: NatsConnection | undefined;
      const connecting = await timed(async () => {
        nc = await connectTo(proxy);
      });
      const asking = await timed(async () => nc?.request("$JS.API.INFO"));
      await nc?.close();

      expect(connecting.wholeMs).toBeGreaterThanOrEqual(3 * ROUND_TRIP_MS);
      expect(connecting.ms).toBeLessThan(3 * ROUND_TRIP_MS + SLACK_MS);
      expect(asking.wholeMs).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
      expect(asking.ms).toBeLessThan(ROUND_TRIP_MS + SLACK_MS);
    });
  });

  it("delays, and does not throttle: requests sent together take one round trip together", async () => {
    await withProxy(ROUND_TRIP_MS, async (proxy) => {
      const nc = await connectTo(proxy);

      const asking = await timed(() => Promise.all(Array.from({ length: 50 }, () => nc.request("$JS.API.INFO"))));
      await nc.close();

      expect(asking.wholeMs).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
      expect(asking.ms).toBeLessThan(ROUND_TRIP_MS + SLACK_MS);
    });
  });

  it("keeps order and bytes, also of what a client sends before it is through", async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    const address = echo.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const proxy = await startTcpProxy({ target: { port }, latencyMs: 40 });
    const sent = Array.from({ length: 2_000 }, (_, i) => `${i};`).join("");

    const socket = connectTcp({ host: "127.0.0.1", port: proxy.port });
    const started = performance.now();
    for (let at = 0; at < sent.length; at += 100) socket.write(sent.slice(at, at + 100));
    socket.end();
    let received = "";
    for await (const chunk of socket) received += chunk;

    expect(received).toBe(sent);
    expect(performance.now() - started).toBeGreaterThanOrEqual(2 * 40);
    expect(proxy.counts).toMatchObject({ connections: 1, bytesToTarget: sent.length, bytesToClient: sent.length });
    await proxy.close();
    echo.close();
  });

  it("changes its latency while connections are open", async () => {
    await withProxy(0, async (proxy) => {
      const nc = await connectTo(proxy);
      proxy.latency(ROUND_TRIP_MS);

      const started = performance.now();
      await nc.request("$JS.API.INFO");
      const asking = performance.now() - started;
      await nc.close();

      expect(asking).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
    });
  });
});

describe("a proxy that breaks", () => {
  it("resets what is open, and takes new connections", async () => {
    await withProxy(0, async (proxy) => {
      const nc = await connectTo(proxy);
      const closed = nc.closed();

      proxy.reset();
      await closed;
      const again = await connectTo(proxy);

      expect((await again.request("$JS.API.INFO")).data.length).toBeGreaterThan(0);
      expect(proxy.counts.connections).toBe(2);
      await again.close();
    });
  });

  it("swallows everything without a word, and gives it when it heals", async () => {
    await withProxy(0, async (proxy) => {
      const nc = await connectTo(proxy);
      proxy.blackhole();

      await expect(nc.request("$JS.API.INFO", "", { timeout: 200 })).rejects.toThrow(/timeout/i);
      expect(nc.isClosed()).toBe(false);
      const { bytesToTarget } = proxy.counts;
      const late = nc.request("$JS.API.INFO", "", { timeout: 5_000 });
      proxy.heal();

      expect((await late).data.length).toBeGreaterThan(0);
      expect(proxy.counts.bytesToTarget).toBeGreaterThan(bytesToTarget);
      await nc.close();
    });
  });

  it("refuses as the target does, when nothing listens there", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const proxy = await startTcpProxy({ target: { port } });

    await expect(connectTo(proxy)).rejects.toThrow();
    await proxy.close();
  });
});
