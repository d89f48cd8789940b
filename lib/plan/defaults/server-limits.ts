import { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerConfig, Int64, StreamConfig } from "../../jetstream/types.ts";
import type { Live } from "../../observe/live.ts";
import { defaultWindow } from "../fields/stream-implied.ts";

/**
 * Limits of the server's own configuration (`jetstream { limits { … } }`). No request shows them. A field that is left
 * out gets the limit if the limit is lower than the usual default (nats-server stream.go checkStreamCfg, consumer.go
 * setConsumerConfigDefaults). So an exact resource would be written in each run, and the server would set the same
 * value again. The server accepts no value above its limit: a higher value on the broker proves that a lower one is not
 * the limit.
 */

/** Fields of a stream whose live value may be the server's own limit. */
export function possibleStreamLimits(stream: StreamConfig, live: Live, server: ServerFacts): string[] {
  const { duplicate_window: window = 0 } = stream;
  const isBelowDefault = window > 0 && window < defaultWindow(stream, server);
  return isBelowDefault && largestValues(live).window <= window ? ["duplicate_window"] : [];
}

/**
 * Fields of a consumer whose live value may be the server's own limit.
 *
 * @param usualAckPending what the consumer gets if the server has no limit
 */
export function possibleConsumerLimits(
  consumer: ConsumerConfig,
  stream: StreamConfig,
  usualAckPending: Int64,
  live: Live,
): string[] {
  const { max_ack_pending: pending = 0, max_batch: batch = 0, deliver_subject: push } = consumer;
  const largest = largestValues(live);
  const acknowledges = consumer.ack_policy !== undefined && consumer.ack_policy !== "none";
  // If the stream limits its consumers, they get the stream's limit.
  const mayBeServers = acknowledges && !stream.consumer_limits?.max_ack_pending;
  const isBelowDefault = mayBeServers && pending > 0 && pending < usualAckPending;
  return [
    ...(isBelowDefault && largest.ackPending <= pending ? ["max_ack_pending"] : []),
    ...(!push && batch > 0 && largest.batch <= batch ? ["max_batch"] : []),
  ];
}

interface LargestValues {
  window: Int64;
  ackPending: Int64;
  /** Infinity if a pull consumer has no limit: a server with a limit of its own would have set it. */
  batch: number;
}

/** A cache: the values are the same for every resource of a plan, and a plan may have thousands of resources. */
const LARGEST_VALUES = new WeakMap<Live, LargestValues>();

/** The largest values among the streams and consumers that the plan has read anyway. */
function largestValues(live: Live): LargestValues {
  const known = LARGEST_VALUES.get(live);
  if (known) return known;
  const largest: LargestValues = { window: 0, ackPending: 0, batch: 0 };
  for (const info of live.streams.values()) {
    if (info === undefined || info instanceof BrokerError) continue;
    const { duplicate_window: window = 0 } = info.config;
    if (window > largest.window) largest.window = window;
  }
  for (const info of live.consumers.values()) {
    if (info === undefined || info instanceof BrokerError) continue;
    const { max_ack_pending: pending = 0, max_batch: batch = 0, deliver_subject: push } = info.config;
    if (pending > largest.ackPending) largest.ackPending = pending;
    if (!push) largest.batch = Math.max(largest.batch, Number(batch) || Number.POSITIVE_INFINITY);
  }
  LARGEST_VALUES.set(live, largest);
  return largest;
}
