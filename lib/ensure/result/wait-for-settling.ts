import { setTimeout as sleep } from "node:timers/promises";
import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { LatestInfo } from "../../jetstream/latest-info.ts";
import { limitReads } from "../../observe/read-limit.ts";
import { consumerSettling, streamSettling } from "../../observe/settling.ts";
import type { SettlingCause } from "../../report/result.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";

/** The reasons why a resource is settling, according to the server's latest answer about it. */
export function settlingOf(resource: ResolvedResource, latest: LatestInfo): SettlingCause[] {
  if (resource.kind === "consumer") {
    const info = latest.consumer(resource.stream, resource.name);
    return info ? consumerSettling(info) : [];
  }
  const info = latest.stream(resource.stream);
  return info ? streamSettling(info) : [];
}

/** The wait before each read, in milliseconds. A new group of three elects its leader in about half a second. */
const WAITS_MS = [100, 200, 400, 800];

/**
 * Waits a moment for the written resources to settle, and reads them again. When the server answers, a new stream with
 * replicas has no leader yet, and a new mirror has not heard from its origin. The run does not wait for a resource with
 * an error that the server reports. A run that wrote nothing sends no request here.
 *
 * @param deadline epoch milliseconds
 */
export async function waitForSettling(
  api: JetStreamApi,
  written: ResolvedResource[],
  latest: LatestInfo,
  deadline = Number.POSITIVE_INFINITY,
): Promise<void> {
  const bounded = limitReads();
  for (const wait of WAITS_MS) {
    const settling = written.filter((resource) => {
      return settlingOf(resource, latest).some(({ error }) => error === undefined);
    });
    if (settling.length === 0 || Date.now() + wait >= deadline) return;
    await sleep(wait);
    await Promise.all(settling.map((resource) => bounded(() => readAgain(api, resource))));
  }
}

async function readAgain(api: JetStreamApi, resource: ResolvedResource): Promise<void> {
  try {
    if (resource.kind === "consumer") await api.consumerInfo(resource.stream, resource.name);
    else await api.streamInfo(resource.stream);
  } catch (error) {
    // The answer to the write is still valid if the resource cannot be read again.
    if (!(error instanceof BrokerError)) throw error;
  }
}
