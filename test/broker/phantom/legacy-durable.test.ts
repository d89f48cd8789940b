import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import { expect, it } from "vitest";
import { startNatsServer } from "../../../functions/local/nats-server/launch.ts";
import { binaryOf, eachVersion } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { differencesOf, runOn } from "../../support/run.ts";
import { sharedServer } from "../../support/shared-server.ts";
import { newest } from "../../support/versions.ts";
import { expectNothing } from "./expect-nothing.ts";

const ORDERS = { name: "ORDERS", subjects: ["orders.>"] };
const BILLING = { stream: "ORDERS", name: "billing", filterSubject: "orders.paid" };

/** The request of older clients, which sends no `name`. */
async function makeLegacyDurable(nc: NatsConnection): Promise<void> {
  await api(nc, "STREAM.CREATE.ORDERS", ORDERS);
  await api(nc, "CONSUMER.DURABLE.CREATE.ORDERS.billing", {
    stream_name: "ORDERS",
    config: { durable_name: "billing", ack_policy: "explicit", filter_subject: "orders.paid" },
  });
}

eachVersion("a durable that the legacy API made, without a name", (version) => {
  const server = sharedServer(version);

  it("is no phantom", async () => {
    await makeLegacyDurable(server.nc);

    await expectNothing(server, { name: "shop", streams: [ORDERS], consumers: [BILLING] });
  });

  it("is changed in what differs and in nothing else", async () => {
    await makeLegacyDurable(server.nc);

    const result = await runOn(server, { name: "shop", consumers: [{ ...BILLING, maxDeliver: 3 }] });

    expect(differencesOf(result, "consumer/ORDERS/billing")).toEqual(['maxDeliver: "unlimited" → 3, safe, applied']);
    expect((await api(server.nc, "CONSUMER.LIST.ORDERS")).consumers).toHaveLength(1);
  });

  it("is listed as unmanaged by its name where nobody declares it", async () => {
    await makeLegacyDurable(server.nc);

    const result = await runOn(server, { name: "shop", streams: [ORDERS] }, { mode: "plan" });

    expect(result.unmanaged).toEqual(["consumer/ORDERS/billing"]);
  });

  it("is no phantom after an upgrade of its server to the newest release", async () => {
    const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
    try {
      const before = await startNatsServer({ bin: binaryOf(version), dir });
      const old = await connect({ servers: before.url });
      await makeLegacyDurable(old);
      await old.close();
      await before.stop();
      const after = await startNatsServer({ bin: binaryOf(newest), dir });
      try {
        await expectNothing(after, { name: "shop", streams: [ORDERS], consumers: [BILLING] });
      } finally {
        await after.stop();
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
