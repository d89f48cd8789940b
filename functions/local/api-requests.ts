import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { z } from "zod";
import type { NatsServer } from "./nats-server/launch.ts";

/** Requests that change nothing. Whatever is not here counts as a write, also what a later server adds. */
const READS = /^\$JS\.API\.(INFO|STREAM\.(INFO|LIST|NAMES)|CONSUMER\.(INFO|LIST|NAMES))(\.|$)/;

const SETTLED_WITHIN_MS = 5_000;

const advisory = z.object({ subject: z.string() });

/** What is read of `/jsz`. */
const jsz = z.object({ api: z.object({ total: z.number() }) });

export interface ApiRequests {
  total: number;
  writes: number;
}

/**
 * Counts JetStream API requests where they arrive, so that "nothing was written" is the broker's word, not ours: it
 * tells of each request in an advisory, and has their number in `/jsz`. Both must agree.
 *
 * @param nc a connection as a user who may subscribe to the advisories; the server has one account only
 * @returns gives the requests since it was last called
 */
export async function watchApiRequests(
  server: Pick<NatsServer, "monitorUrl">,
  nc: NatsConnection,
): Promise<() => Promise<ApiRequests>> {
  let seen: string[] = [];
  nc.subscribe("$JS.EVENT.ADVISORY.API", {
    callback(_error, message) {
      seen.push(advisory.parse(message.json()).subject);
    },
  });
  await nc.flush();
  let before = await totalOf(server);
  return async () => {
    const total = await totalOf(server);
    for (const end = performance.now() + SETTLED_WITHIN_MS; seen.length < total - before; await sleep(10)) {
      if (performance.now() > end) {
        throw new Error(`The broker counted ${total - before} API requests and told of ${seen.length} only.`);
      }
    }
    const counted = { total: seen.length, writes: seen.filter((subject) => !READS.test(subject)).length };
    [seen, before] = [[], total];
    return counted;
  };
}

async function totalOf({ monitorUrl }: Pick<NatsServer, "monitorUrl">): Promise<number> {
  const response = await fetch(`${monitorUrl}/jsz`);
  return jsz.parse(await response.json()).api.total;
}
