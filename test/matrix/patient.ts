import { setTimeout as sleep } from "node:timers/promises";
import { errors, type NatsConnection } from "nats";
import { decodeJson } from "../../lib/jetstream/json.ts";
import { type RawAnswer, RawApiError } from "../support/raw.ts";

const WITHIN_MS = 20_000;
const ONE_MS = 1_000;

/** What a cluster answers where it soon will have the peers or the leader. */
const PASSING = [10005, 10008, 10009];

/** A request that may be sent twice, until a cluster that is still electing answers it. */
export async function patiently(nc: NatsConnection, verb: string, body?: unknown): Promise<RawAnswer> {
  for (const end = performance.now() + WITHIN_MS; ; await sleep(50)) {
    try {
      const payload = body === undefined ? "" : JSON.stringify(body);
      const message = await nc.request(`$JS.API.${verb}`, payload, { timeout: ONE_MS });
      const answer = decodeJson(message.string()) as RawAnswer;
      if (!answer.error) return answer;
      throw new RawApiError(verb, answer.error);
    } catch (error) {
      const code = error instanceof RawApiError ? error.errCode : undefined;
      const passes = code === undefined ? error instanceof errors.TimeoutError : PASSING.includes(code);
      if (!passes || performance.now() > end) throw error;
    }
  }
}
