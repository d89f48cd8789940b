import type { NatsConnection } from "nats";
import { defineTopology } from "../../lib/topology/index.ts";
import { patiently } from "../matrix/patient.ts";
import { go, type RawConfig } from "../support/clients.ts";
import { api, publish } from "../support/raw.ts";

const MIB = 1024 ** 2;

/**
 * What the faults happen to: of each kind, something that is as declared, something to be updated and something to be
 * created; a consumer of a stream, a copy of a stream, and subjects that one stream hands to another.
 */
export const shop = defineTopology({
  name: "shop",
  streams: [
    { name: "ORDERS", subjects: ["orders.>"], maxBytes: "64MiB", description: "every order" },
    { name: "AUDIT", subjects: ["audit.>"] },
    { name: "LEGACY", subjects: ["legacy.>"] },
    { name: "PARCELS", subjects: ["parcels.>"], maxBytes: "8MiB" },
    { name: "RETURNS", subjects: ["returns.>"], maxBytes: "8MiB", maxAge: "30d" },
    { name: "EVENTS", subjects: ["events.>"], maxBytes: "8MiB" },
    { name: "COPY", mirror: { name: "ORDERS" } },
  ],
  kvBuckets: [
    { name: "settings", history: 3 },
    { name: "jobs", history: 5 },
    { name: "sessions", maxBytes: "8MiB" },
  ],
  objectStores: [{ name: "files" }, { name: "pictures", maxBytes: "8MiB" }],
  consumers: [
    { stream: "ORDERS", name: "billing", ackPolicy: "explicit", maxAckPending: 500 },
    { stream: "ORDERS", name: "shipping", ackPolicy: "explicit" },
    { stream: "RETURNS", name: "archive", ackPolicy: "explicit" },
  ],
});

/** What is live before, with its messages. */
export async function stock(nc: NatsConnection, replicas = 1): Promise<void> {
  const streams: RawConfig[] = [
    { name: "ORDERS", subjects: ["orders.>"], max_bytes: 16 * MIB },
    { name: "AUDIT", subjects: ["audit.>"] },
    { name: "LEGACY", subjects: ["legacy.>", "parcels.>"] },
    go.kv({ name: "settings" }),
    go.objects({ name: "files" }),
  ];
  for (const config of streams) {
    await patiently(nc, `STREAM.CREATE.${config.name}`, { ...config, num_replicas: replicas });
  }
  const config = { name: "billing", durable_name: "billing", ack_policy: "explicit", max_ack_pending: 100 };
  await patiently(nc, "CONSUMER.CREATE.ORDERS.billing", { stream_name: "ORDERS", config });
  const subjects = ["orders.new", "audit.login", "legacy.box", "parcels.sent", "$KV.settings.a", "$O.files.C.one"];
  for (const subject of subjects) await publish(nc, subject, 5, `what ${subject} said`);
  for (const key of ["b", "c", "d"]) await publish(nc, `$KV.settings.${key}`, 1, key);
}

/** A stored message: what must be there afterwards, byte for byte. */
export interface Kept {
  stream: string;
  sequence: number;
  subject: string;
  data: string;
}

/** Every message that is stored now, but for those of the streams that only copy others. */
export async function messagesNow(nc: NatsConnection, streams?: string[]): Promise<Kept[]> {
  const names: string[] = streams ?? (await api(nc, "STREAM.NAMES")).streams ?? [];
  const kept = names.map(async (stream): Promise<Kept[]> => {
    const { state, config } = await api(nc, `STREAM.INFO.${stream}`);
    if (config.mirror) return [];
    const all: Kept[] = [];
    for (let next = Number(state.first_seq); all.length < state.messages; ) {
      const { message } = await api(nc, `STREAM.MSG.GET.${stream}`, { seq: next, next_by_subj: ">" });
      all.push({ stream, sequence: message.seq, subject: message.subject, data: message.data ?? "" });
      next = message.seq + 1;
    }
    return all;
  });
  return (await Promise.all(kept)).flat();
}

/** Those that are no longer there as they were. */
export function lostOf(before: Kept[], now: Kept[]): Kept[] {
  const there = new Set(now.map((each) => JSON.stringify(each)));
  return before.filter((each) => !there.has(JSON.stringify(each)));
}
