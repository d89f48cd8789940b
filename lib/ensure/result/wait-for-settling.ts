import { setTimeout as sleep } from "node:timers/promises";
import type { JetStreamApi } from "../../jetstream/api.ts";
import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { LatestInfo } from "../../jetstream/latest-info.ts";
import { limitReads } from "../../observe/read-limit.ts";
import { consumerSettling, streamSettling } from "../../observe/settling.ts";
import type { SettlingCause } from "../../report/result.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";

/** What is under way for a resource, by what the server last said of it. */
export function settlingOf(resource: ResolvedResource, latest: LatestInfo): SettlingCause[] {
  if (resource.kind === "consumer") {
    const info = latest.consumer(resource.stream, resource.name);
    return info ? consumerSettling(info) : [];
  }
  const info = latest.stream(resource.stream);
  return info ? streamSettling(info) : [];
}

/** Milliseconds before each look. A new group of three elects its leader in about half a second. */
const WAITS_MS = [100, 200, 400, 800];

/**
 * Gives what was just written a moment to settle, and looks again: a new stream with replicas has no leader when the
 * server answers, and a new mirror has not heard from its origin. An error that the server reports is not waited for,
 * and a run that wrote nothing asks nothing here.
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
    await Promise.all(settling.map((resource) => bounded(() => lookAgain(api, resource))));
  }
}

async function lookAgain(api: JetStreamApi, resource: ResolvedResource): Promise<void> {
  try {
    if (resource.kind === "consumer") await api.consumerInfo(resource.stream, resource.name);
    else await api.streamInfo(resource.stream);
  } catch (error) {
    // What was answered to the write is known; that it could not be read again changes nothing of it.
    if (!(error instanceof BrokerError)) throw error;
  }
}
