import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { AccountInfo, ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import { limitsFor } from "../preflight/quota/account-limits.ts";

/** The server's usual `max_ack_pending` for a consumer that acknowledges. */
export const USUAL_ACK_PENDING = 1000;

export type ConsumerDefaults = Pick<ConsumerConfig, "max_ack_pending" | "inactive_threshold">;

/**
 * Defaults of a consumer that differ from the server's usual ones (nats-server consumer.go, setConsumerConfigDefaults).
 * The stream's `consumer_limits` come first, then the account's limit if it is lower than the usual default. A server's
 * own limits are in no answer that a client gets.
 */
export function consumerDefaults(
  consumer: ConsumerConfig,
  stream: StreamConfig,
  { live, server }: { live: { account: AccountInfo | undefined }; server: ServerFacts },
): ConsumerDefaults {
  const limits = isAtLeast(server, "2.10.0") ? stream.consumer_limits : undefined;
  const { max_ack_pending: streamLimit, inactive_threshold: idle } = limits ?? {};
  const replicas = consumer.num_replicas || stream.num_replicas || 1;
  const accountLimit = (live.account && limitsFor(live.account, replicas)?.limits.max_ack_pending) ?? 0;
  const isAcknowledged = consumer.ack_policy !== undefined && consumer.ack_policy !== "none";
  const capped = isAcknowledged && accountLimit > 0 && accountLimit < USUAL_ACK_PENDING ? accountLimit : undefined;
  const pending = streamLimit || capped;
  return { ...(pending ? { max_ack_pending: pending } : {}), ...(idle ? { inactive_threshold: idle } : {}) };
}
