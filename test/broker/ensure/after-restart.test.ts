import { expect, it } from "vitest";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { runOn } from "../../support/run.ts";

eachVersion("the first run after the broker was restarted", (version) => {
  it.each([
    {
      does: "updates a consumer and says so, though the server's answer shows what was before",
      live: { max_ack_pending: 100 },
      declared: { maxAckPending: 500 },
      afterwards: { max_ack_pending: 500 },
    },
    {
      does: "takes a consumer back to the defaults and says so, though what goes is in no request",
      live: { max_deliver: 3 },
      declared: { exact: true },
      afterwards: { max_deliver: -1 },
    },
  ])("$does", async ({ live, declared, afterwards }) => {
    await using server = await startServer(version);
    const nc = await server.connect();
    await api(nc, "STREAM.CREATE.ORDERS", { name: "ORDERS", subjects: ["orders.>"] });
    const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", ...live };
    await api(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
    await server.restart();

    const consumers = [{ stream: "ORDERS", name: "billing", ...declared }];
    const result = await runOn(server, { name: "shop", consumers });

    expect(result).toMatchObject({ converged: true, summary: { updated: 1, held: 0 } });
    expect((await api(await server.connect(), "CONSUMER.INFO.ORDERS.billing")).config).toMatchObject(afterwards);
  });
});
