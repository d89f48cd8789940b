import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { AccountInfo, ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import { limitsFor } from "../preflight/quota/account-limits.ts";

/** What the server gives to a consumer that acknowledges. */
export const USUAL_ACK_PENDING = 1000;

export type ConsumerDefaults = Pick<ConsumerConfig, "max_ack_pending" | "inactive_threshold">;

/**
 * What a consumer gets in a field that is left out, where that is not the server's usual default (nats-server
 * consumer.go, setConsumerConfigDefaults): the stream's `consumer_limits`, else the account's limit, if it is lower.
 * A server's own limits are in no answer that a client gets.
 */
export function consumerDefaults(
  consumer: ConsumerConfig,
  stream: StreamConfig,
  { live, server }: { live: { account: AccountInfo | undefined }; server: ServerFacts },
): ConsumerDefaults {
  const limits = isAtLeast(server, "2.10.0") ? stream.consumer_limits : undefined;
  const { max_ack_pending: streams, inactive_threshold: idle } = limits ?? {};
  const replicas = consumer.num_replicas || stream.num_replicas || 1;
  const accounts = (live.account && limitsFor(live.account, replicas)?.limits.max_ack_pending) ?? 0;
  const isAcknowledged = consumer.ack_policy !== undefined && consumer.ack_policy !== "none";
  const capped = isAcknowledged && accounts > 0 && accounts < USUAL_ACK_PENDING ? accounts : undefined;
  const pending = streams || capped;
  return { ...(pending ? { max_ack_pending: pending } : {}), ...(idle ? { inactive_threshold: idle } : {}) };
}
