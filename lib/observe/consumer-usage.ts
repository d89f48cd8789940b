import type { ConsumerInfo } from "../jetstream/types.ts";
import { agoText, count } from "../text/text.ts";

/**
 * The usage of a consumer, as a part of a sentence: somebody uses it now, or it has delivered something before.
 * `undefined` if neither is so. An unknown usage counts as in use, and the text says so.
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
