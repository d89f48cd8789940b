import { setTimeout as sleep } from "node:timers/promises";
import { errors, type NatsConnection } from "nats";
import { CREATE_FAILED, type RawAnswer, RawApiError, request } from "../support/raw.ts";

const WITHIN_MS = 20_000;
const ONE_MS = 1_000;

/** A cluster answers one of these where it soon will have the peers, the leader, or the account's folder (see `api`). */
const PASSING = [10005, 10008, 10009, CREATE_FAILED];

/** A request that may be sent twice, until a cluster that is still electing answers it. */
export async function patiently(nc: NatsConnection, verb: string, body?: unknown): Promise<RawAnswer> {
  for (const end = performance.now() + WITHIN_MS; ; await sleep(50)) {
    try {
      return await request(nc, verb, body, ONE_MS);
    } catch (error) {
      const code = error instanceof RawApiError ? error.errCode : undefined;
      const passes = code === undefined ? error instanceof errors.TimeoutError : PASSING.includes(code);
      if (!passes || performance.now() > end) throw error;
    }
  }
}
