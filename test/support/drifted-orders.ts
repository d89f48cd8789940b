import type { NatsConnection } from "nats";
import { defineTopology } from "../../lib/topology/index.ts";
import { api, publish } from "./raw.ts";

/** What somebody else may write where this product reads it. */
export const HOSTILE = `<script>document.title = "taken over"</script><img src="x" onerror="document.title='taken over'">`;

/** What the broker is to have; it is another one, by drifted(), in each way that there is. */
export const orders = defineTopology({
  name: "orders",
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxMsgs: 40, description: "Every order", maxAge: "30d" },
    { name: "PAYMENTS", subjects: ["payments.>"], maxBytes: "1GiB", storage: "file" },
    { name: "AUDIT", subjects: ["audit.>"], denyDelete: true },
  ],
  kvBuckets: [
    { name: "jobs", history: 5 },
    { name: "sessions", maxAge: "1h" },
  ],
  objectStores: [{ name: "invoices", maxBytes: "512MiB" }],
  consumers: [{ stream: "ORDERS", name: "billing", filterSubject: "orders.paid" }],
});

/** Makes a broker that differs: something lossy, immutable, one-way, safe, missing, unmanaged, and a hostile text. */
export async function drifted(nc: NatsConnection, description = HOSTILE): Promise<void> {
  const create = (name: string, more: object) => api(nc, `STREAM.CREATE.${name}`, { name, ...more });
  await create("ORDERS", { subjects: ["orders.>"], description, max_age: 30 * 86_400_000_000_000 });
  await create("PAYMENTS", { subjects: ["payments.>"], storage: "memory" });
  await create("AUDIT", { subjects: ["audit.>"] });
  await create("KV_jobs", {
    subjects: ["$KV.jobs.>"],
    max_msgs_per_subject: 5,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    discard: "new",
    duplicate_window: 120_000_000_000,
  });
  await create("LEGACY", { subjects: ["legacy.>"], description: HOSTILE });
  await publish(nc, "orders.paid", 100);
}
