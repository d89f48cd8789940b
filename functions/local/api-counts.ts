import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import type { NatsServer } from "./nats-server/launch.ts";

/**
 * API requests that change nothing. Whatever is not here counts as a write, also what a later server adds. Reading a
 * single message (STREAM.MSG.GET, DIRECT.GET) the server neither counts nor tells of.
 */
const READS = /^\$JS\.API\.(INFO|STREAM\.(INFO|LIST|NAMES)|CONSUMER\.(INFO|LIST|NAMES))(\.|$)/;

const SETTLED_WITHIN_MS = 5_000;
const QUIET_MS = 50;

export interface ApiCounts extends AsyncDisposable {
  /**
   * The subjects of the account's JetStream API requests since {@link countApiRequests} or the last `forget`, as the
   * broker tells them, in its order. Waits until it has told all it counted.
   */
  requests(): Promise<string[]>;
  /** Those of them that are no plain reads. */
  writes(): Promise<string[]>;
  /** Starts anew. */
  forget(): Promise<void>;
}

/**
 * Counts a server's JetStream API requests at the server, so that a test can prove what was not sent. It listens to
 * the audit advisories (one a request) and holds them against the server's own number of requests in `/jsz`, so that
 * an advisory still under way, or one the server did not send, is no zero.
 *
 * @param nc a connection to the account that is watched; it may subscribe to `$JS.EVENT.ADVISORY.API`.
 * @param account the account's name; default: that of a server without accounts.
 */
export async function countApiRequests(
  server: Pick<NatsServer, "monitorUrl">,
  nc: NatsConnection,
  account = "$G",
): Promise<ApiCounts> {
  let seen: string[] = [];
  const subscription = nc.subscribe("$JS.EVENT.ADVISORY.API", {
    callback(_error, message) {
      seen.push(message.json<{ subject: string }>().subject);
    },
  });
  await nc.flush();
  let before = await quiet();
  seen = [];

  // A request is answered before it is counted and told of: one made just before must not count as one after.
  async function quiet(): Promise<number> {
    for (let total = await requestsOf(server, account); ; ) {
      await sleep(QUIET_MS);
      const now = await requestsOf(server, account);
      if (now === total) return now;
      total = now;
    }
  }

  async function requests(): Promise<string[]> {
    const total = await requestsOf(server, account);
    for (const end = performance.now() + SETTLED_WITHIN_MS; seen.length < total - before; await sleep(10)) {
      if (performance.now() < end) continue;
      throw new Error(`the server counted ${total - before} API requests and told of ${seen.length} only`);
    }
    return [...seen];
  }

  return {
    requests,
    async writes() {
      return (await requests()).filter((subject) => !READS.test(subject));
    },
    async forget() {
      await requests();
      before = await quiet();
      seen = [];
    },
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
    },
  };
}

/** How many JetStream API requests of the account this server has answered since it started, also the refused ones. */
export async function requestsOf(server: Pick<NatsServer, "monitorUrl">, account = "$G"): Promise<number> {
  const response = await fetch(`${server.monitorUrl}/jsz?acc=${encodeURIComponent(account)}&accounts=true`);
  const { account_details = [] } = (await response.json()) as { account_details?: AccountDetail[] };
  return account_details.find((each) => each.name === account)?.api.total ?? 0;
}

interface AccountDetail {
  name: string;
  api: { total: number };
}
