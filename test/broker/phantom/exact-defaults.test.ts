import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { eachVersion, startServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { expectNothing } from "./expect-nothing.ts";

/** On 2.9 streams have no limits for their consumers, and the usual defaults hold. */
eachVersion("the defaults that hold there, of an exact consumer", (version) => {
  const modern = isAtLeast({ version }, "2.10.0");
  const consumerLimits = { maxAckPending: 100, inactiveThreshold: "1h" };
  const orders = { name: "ORDERS", subjects: ["orders.>"], ...(modern ? { consumerLimits } : {}) };
  // The second one shows that the server has no limit of its own below the default.
  const consumers = ["billing", "shipping"].map((name) => ({ stream: "ORDERS", name }));
  const topology: Topology = { name: "shop", streams: [orders], consumers };
  const server = sharedServer(version);

  it("are the stream's consumerLimits: no drift, and no write at each run", async () => {
    await runOn(server, { ...topology, exact: true });
    const { config } = await api(server.nc, "CONSUMER.INFO.ORDERS.billing");
    expect(config.max_ack_pending).toBe(modern ? 100 : 1000);

    await expectNothing(server, topology);
    // Also where the stream is not declared, and its limits are known from the broker alone.
    await expectNothing(server, { name: "shop", consumers: topology.consumers });
  });

  it("are what a value that somebody has set goes back to", async () => {
    await runOn(server, topology);
    await runOn(server, { name: "shop", consumers: [{ stream: "ORDERS", name: "billing", maxAckPending: 50 }] });

    const reverted = await runOn(server, { ...topology, exact: true });

    const usual = modern ? 100 : 1000;
    expect(differencesOf(reverted, "consumer/ORDERS/billing")).toEqual([`maxAckPending: 50 → ${usual}, safe, applied`]);
    expect(await runOn(server, { ...topology, exact: true })).toMatchObject({ requests: { write: 0 } });
  });

  it("are the account's limit, where that is lower than the usual one", async () => {
    await using limited = await startServer(version, {
      config: `accounts { A { users: [{ user: a, password: a }], jetstream: { max_ack_pending: 70 } } }`,
    });
    const connection = { credentials: { user: "a", password: "a" } };
    const alone = { ...topology, streams: [{ name: "ORDERS", subjects: ["orders.>"] }], exact: true };
    await runOn(limited, alone, { connection });
    const nc = await limited.connect({ user: "a", pass: "a" });
    expect((await api(nc, "CONSUMER.INFO.ORDERS.billing")).config.max_ack_pending).toBe(70);

    const again = await runOn(limited, alone, { connection });

    expect(again).toMatchObject({ converged: true, requests: { write: 0 } });
    expect(again.resources.flatMap(({ undeclared }) => undeclared)).toEqual([]);
  });
});
