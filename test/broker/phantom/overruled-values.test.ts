import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { expectNothing } from "./expect-nothing.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };

eachVersion("a declared value that the server replaces because of another field", (version) => {
  const server = sharedServer(version);

  // Servers before 2.10 want more deliveries than waits.
  const waits = { stream: "ORDERS", name: "billing", ackWait: "1m", backoff: ["1s", "5s"], maxDeliver: 5 };

  it("ackWait beside backoff is accepted and converges in a create", async () => {
    const shop = { name: "shop", streams: [ORDERS], consumers: [waits] };

    expect(await runOn(server, shop)).toMatchObject({ converged: true, summary: { created: 2 } });
    expect((await api(server.nc, "CONSUMER.INFO.ORDERS.billing")).config.ack_wait).toBe(1_000_000_000);
    await expectNothing(server, shop);
  });

  it("ackWait beside backoff is accepted and converges in an update", async () => {
    const { ackWait, backoff, ...before } = waits;
    const shop = { name: "shop", streams: [ORDERS], consumers: [waits] };
    await runOn(server, { ...shop, consumers: [before] });

    const run = await runOn(server, shop);

    expect(run).toMatchObject({ converged: true, summary: { updated: 1 } });
    expect(differencesOf(run, "consumer/ORDERS/billing")).toEqual([
      'ackWait: "30s" → "1s", safe, applied',
      'backoff: [] → ["1s","5s"], safe, applied',
    ]);
    await expectNothing(server, shop);
  });

  const markers = { ...ORDERS, subjectDeleteMarkerTtl: "1m", allowRollupHdrs: false };

  it("allowRollupHdrs false beside delete markers is accepted and converges in a create", async () => {
    const shop = { name: "shop", streams: [markers] };
    // Older servers know no markers: those are held, and roll-ups stay off.
    const known = isAtLeast({ version }, "2.11.0");

    const run = await runOn(server, shop);

    expect(run).toMatchObject({ converged: known, summary: known ? { created: 1 } : { held: 1 } });
    expect((await api(server.nc, "STREAM.INFO.ORDERS")).config.allow_rollup_hdrs).toBe(known);
    const again = await runOn(server, shop);
    expect(again).toMatchObject({ converged: known, requests: { write: 0 } });
    if (known) await expectNothing(server, shop);
  });

  it.skipIf(!isAtLeast({ version }, "2.11.2"))(
    "allowRollupHdrs false beside delete markers is accepted and converges in an update",
    async () => {
      const shop = { name: "shop", streams: [{ ...markers, allowOneWay: true }] };
      await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);

      const run = await runOn(server, shop);

      expect(run).toMatchObject({ converged: true, summary: { updated: 1 } });
      expect((await api(server.nc, "STREAM.INFO.ORDERS")).config.allow_rollup_hdrs).toBe(true);
      await expectNothing(server, shop);
    },
  );

  const harmless: [string, string, object][] = [
    ["allowMsgTtl false beside delete markers", "2.11.0", { subjectDeleteMarkerTtl: "1m", allowMsgTtl: false }],
    ["allowRollupHdrs false beside delete markers", "2.11.0", { subjectDeleteMarkerTtl: "1m", allowRollupHdrs: false }],
    ["allowRollupHdrs false beside schedules", "2.12.0", { allowMsgSchedules: true, allowRollupHdrs: false }],
  ];

  it.each(harmless.filter(([, since]) => isAtLeast({ version }, since)))(
    "%s is taken with a warning, in each plan and run",
    async (_, _since, declared) => {
      const shop = { name: "shop", streams: [{ ...ORDERS, ...declared }] };

      const created = await runOn(server, shop);

      expect(created).toMatchObject({ converged: true, summary: { created: 1 } });
      for (const mode of ["plan", "ensure"] as const) {
        const again = await runOn(server, { ...shop, exact: true }, { mode });
        expect(again).toMatchObject({ converged: true, requests: { write: 0 }, warnings: created.warnings });
      }
      expect(created.warnings).toEqual([expect.stringMatching(/^stream\/ORDERS: allow\w+ is declared false/)]);
    },
  );
});
