import { expect, it } from "vitest";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";

eachVersion("the first run after the broker was restarted", (version) => {
  it("updates a consumer and says so, though the server's answer shows what was before", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", max_ack_pending: 100 };
    await api(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
    await server.restart();

    const consumers = [{ stream: "ORDERS", name: "billing", maxAckPending: 500 }];
    const result = await runOn(server, { name: "shop", consumers });

    expect(result).toMatchObject({ converged: true, summary: { updated: 1, held: 0 } });
    const live = await api(await server.connect(), "CONSUMER.INFO.ORDERS.billing");
    expect(live.config.max_ack_pending).toBe(500);
  });

  it("takes a consumer back to the defaults and says so, though what goes is in no request", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", max_deliver: 3 };
    await api(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
    await server.restart();

    const consumers = [{ stream: "ORDERS", name: "billing", exact: true }];
    const result = await runOn(server, { name: "shop", consumers });

    expect(result).toMatchObject({ converged: true, summary: { updated: 1, held: 0 } });
    const live = await api(await server.connect(), "CONSUMER.INFO.ORDERS.billing");
    expect(live.config.max_deliver).toBe(-1);
  });
});
