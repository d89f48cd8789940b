import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";
import { eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { reported, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { expectNothing } from "./expect-nothing.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };
const BILLING = { stream: "ORDERS", name: "billing" };
/** What Go writes for a time that is not set. */
const ZERO = "0001-01-01T00:00:00Z";

eachVersion("Go's zero time", (version) => {
  const server = sharedServer(version);

  const makeConsumer = (more: object) =>
    api(server.nc, "CONSUMER.CREATE.ORDERS.billing", {
      stream_name: "ORDERS",
      config: { durable_name: "billing", name: "billing", ack_policy: "explicit", ...more },
    });

  it("in the pause of a consumer, as the nats command line sets it, means unset", async () => {
    await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
    await makeConsumer({ pause_until: ZERO });

    await expectNothing(server, { name: "shop", streams: [ORDERS], consumers: [BILLING] });
  });

  it("in the start of a mirror and of a source means unset", async () => {
    await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
    await api(server.nc, "STREAM.CREATE.COPY", { name: "COPY", mirror: { name: "ORDERS", opt_start_time: ZERO } });
    await api(server.nc, "STREAM.CREATE.ALL", { name: "ALL", sources: [{ name: "ORDERS", opt_start_time: ZERO }] });

    await expectNothing(server, {
      name: "shop",
      streams: [ORDERS, { name: "COPY", mirror: { name: "ORDERS" } }, { name: "ALL", sources: [{ name: "ORDERS" }] }],
    });
  });

  it.skipIf(!isAtLeast({ version }, "2.11.0"))(
    "is no pause, and a real pause is kept and told, also of an exact consumer",
    async () => {
      await api(server.nc, "STREAM.CREATE.ORDERS", ORDERS);
      // In whole seconds: Go leaves out the zeros at the end of a fraction.
      const until = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
      await makeConsumer({ pause_until: until });

      const run = await runOn(server, { name: "shop", consumers: [{ ...BILLING, exact: true }] });

      expect(run).toMatchObject({ converged: true, requests: { write: 0 } });
      expect(reported(run, "consumer/ORDERS/billing")).toMatchObject({
        differences: [],
        undeclared: [{ field: "pauseUntil", live: until }],
      });
    },
  );
});
