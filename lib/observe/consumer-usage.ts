import type { ConsumerInfo } from "../jetstream/types.ts";
import { agoText, count } from "../text/text.ts";

/**
 * How a consumer is used, as a part of a sentence: somebody is there now, or it has delivered something before.
 * `undefined` where neither is so. What is not known counts as in use, and says so.
 */
export function consumerUsage(info: ConsumerInfo | undefined, now: number): string | undefined {
  if (!info) return "how it is used is not known";
  const { num_waiting: waiting = 0, num_ack_pending: unacknowledged = 0, delivered } = info;
  if (info.push_bound) return "somebody is subscribed to it";
  if (waiting > 0) return `${count(waiting, "pull request")} waiting`;
  if (unacknowledged > 0) return `${count(unacknowledged, "message")} being processed`;
  const sequence = Number(delivered?.consumer_seq ?? 0);
  if (sequence === 0) return undefined;
  const when = delivered?.last_active === undefined ? "" : `, the last one ${agoText(delivered.last_active, now)}`;
  return `${sequence === 1 ? "1 delivery" : `${sequence} deliveries`} so far${when}`;
}
