import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { deleteAll } from "../../support/delete-all.ts";
import { eachVersion, startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";

const MINUTE = 60_000_000_000;
const CONSUMER = { stream: "ORDERS", name: "billing" };
const shop: Topology = {
  name: "shop",
  exact: true,
  streams: [{ name: "ORDERS", subjects: ["orders.>"] }],
  consumers: [CONSUMER],
};
const reason = "it may be the limit in the server's own configuration, which no request shows";

eachVersion("limits in the server's own configuration", (version) => {
  let server: TestServer;

  beforeAll(async () => {
    const limits = 'max_ack_pending: 500, duplicate_window: "1m", max_request_batch: 10';
    server = await startServer(version, { jetstream: { limits } });
  });
  afterEach(async () => deleteAll(await server.connect()));
  afterAll(() => server[Symbol.asyncDispose]());

  it("are no drift of exact resources: no write at each run, and the report says why they are kept", async () => {
    await runOn(server, shop);

    const again = await runOn(server, shop);

    expect(again).toMatchObject({ converged: true, requests: { write: 0 } });
    expect(reported(again, "stream/ORDERS").undeclared).toEqual([{ field: "duplicateWindow", live: "1m", reason }]);
    expect(reported(again, "consumer/ORDERS/billing").undeclared).toEqual([
      { field: "maxAckPending", live: 500, reason },
      { field: "maxBatch", live: 10, reason },
    ]);
    expect(renderResult(again, { width: 120 })).toContain("maxAckPending 500 (it may be the limit");
  });

  it("are kept when a run updates another field of an exact resource", async () => {
    await runOn(server, shop);

    const described = { ...shop, consumers: [{ ...CONSUMER, description: "of billing" }] };
    const run = await runOn(server, described);

    expect(run).toMatchObject({ converged: true, summary: { updated: 1, unchanged: 1 } });
    expect(await runOn(server, described)).toMatchObject({ converged: true, requests: { write: 0 } });
  });

  it("are never passed by a declared value: the server's refusal is reported", async () => {
    await runOn(server, shop);

    const run = await runOn(server, { ...shop, consumers: [{ ...CONSUMER, maxAckPending: 800 }] });

    expect(reported(run, "consumer/ORDERS/billing")).toMatchObject({ outcome: "held", error: { code: 10121 } });
  });
});

eachVersion("low values on a server without limits of its own", (version) => {
  const server = sharedServer(version);
  const two: Topology = {
    ...shop,
    streams: [...(shop.streams ?? []), { name: "OTHER" }],
    consumers: [CONSUMER, { stream: "ORDERS", name: "shipping" }],
  };

  it("are brought back by exact where a higher value on the broker proves that there is no such limit", async () => {
    await runOn(server, { ...two, exact: false });
    await api(server.nc, "STREAM.UPDATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"], duplicate_window: MINUTE });
    const low = { ...CONSUMER, maxAckPending: 500, maxBatch: 10 };
    await runOn(server, { name: "shop", consumers: [low] });

    const run = await runOn(server, two);

    expect(differencesOf(run, "stream/ORDERS")).toEqual(['duplicateWindow: "1m" → "2m", safe, applied']);
    expect(differencesOf(run, "consumer/ORDERS/billing")).toEqual([
      "maxAckPending: 500 → 1000, safe, applied",
      "maxBatch: 10 → 0, safe, applied",
    ]);
    expect(await runOn(server, two)).toMatchObject({ converged: true, requests: { write: 0 } });
  });

  it("are kept by exact, and listed with the reason, where nothing on the broker proves that", async () => {
    await runOn(server, { ...shop, consumers: [{ ...CONSUMER, maxAckPending: 500 }] });

    const run = await runOn(server, shop);

    expect(run).toMatchObject({ converged: true, requests: { write: 0 } });
    expect(reported(run, "consumer/ORDERS/billing").undeclared).toEqual([
      { field: "maxAckPending", live: 500, reason },
    ]);
  });
});
