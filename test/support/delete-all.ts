import type { NatsConnection } from "nats";
import { api } from "./raw.ts";

const GONE_WITHIN_MS = 30_000;

/** A cluster of 2.9 that is busy forgets some of many requests to delete: asked again until nothing is left. */
export async function deleteAll(nc: NatsConnection, keep: string[] = []): Promise<void> {
  for (const end = performance.now() + GONE_WITHIN_MS; performance.now() < end; ) {
    const { streams } = await api(nc, "STREAM.NAMES");
    const names = ((streams ?? []) as string[]).filter((name) => !keep.includes(name));
    if (names.length === 0) return;
    const deletes = names.map((name) => nc.request(`$JS.API.STREAM.DELETE.${name}`, "", { timeout: 2000 }));
    await Promise.allSettled(deletes);
  }
  throw new Error("streams are still there, though they were deleted");
}
