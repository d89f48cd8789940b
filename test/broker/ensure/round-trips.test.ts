import { expect, it } from "vitest";
import kanade from "../../../cdk/kanade.ts";
import { startServer } from "../../support/nats-server.ts";
import { runOn } from "../../support/run.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";
import { newest } from "../../support/versions.ts";

it("a steady run takes four round trips: TCP's, the broker's greeting, the login, and all its reads in one burst", async () => {
  await using server = await startServer(newest);
  await runOn(server, kanade);
  const proxy = await startTcpProxy({ target: { port: server.port }, latencyMs: 25 });

  const result = await runOn({ url: `nats://${proxy.address}` }, kanade);
  await proxy.close();

  expect(result).toMatchObject({ summary: { unchanged: 22 }, requests: { write: 0 } });
  // The first two are not the client's turns: TCP is opened below it, and a NATS server speaks first.
  expect(2 + proxy.counts.turns).toBe(4);
});
