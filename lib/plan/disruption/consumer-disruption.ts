import { filtersOf } from "../../jetstream/filters.ts";
import { isAtLeast } from "../../jetstream/server.ts";
import type { ConsumerConfig, Int64 } from "../../jetstream/types.ts";
import { consumerUsage } from "../../observe/consumer-usage.ts";
import { covers } from "../../subjects/subjects.ts";
import { type Change, disruptive, immutable, lossy, SAFE, safe, type Verdict } from "../fields/field.ts";
import { atMost } from "../fields/forecast.ts";
import { lossText, needing, storedUsage } from "./stream-disruption.ts";
import { keepsMessages, narrowedText, stops } from "./usage.ts";

/**
 * Verdicts about what stops working when a change is applied to a consumer in use. Measured on 2.9.10, 2.10.27, 2.12.8
 * and 2.15.2.
 */

type Consumer = Change<ConsumerConfig>;

const usageOf = ({ consumer, now }: Consumer) => consumerUsage(consumer, now);

/**
 * `filter_subject`, `filter_subjects`: the server no longer delivers what no filter covers.
 *
 * Measured: on 2.10.27 and 2.15.1, and not on 2.9.10, a stream with interest retention discards at once the messages
 * that no consumer wants any more. Streams with another retention keep their messages.
 */
export function narrowerFilter(change: Consumer): Verdict {
  const { live, target, stored, server, heirOf } = change;
  const [before, now] = [filtersOf(live), filtersOf(target)];
  const lost = before.filter((old) => !now.some((filter) => covers(filter, old)));
  if (lost.length === 0) return safe("it applies to what is delivered from now");
  const discards = (!stored || stored.retention === "interest") && isAtLeast(server, "2.10.0");
  if (discards && (!stored || stored.state.messages > 0)) {
    return lossy("a stream with interest retention discards what no consumer wants any more", {
      forecast: stored ? atMost(stored.state) : { messages: 0, bytes: 0, certainty: "unknown" },
    });
  }
  const what = narrowedText(lost, now, "delivered");
  const usage = usageOf(change);
  if (usage === undefined || !stored) return stops(what, usage);
  const heirs = stored.retention === "workqueue" ? lost.map((filter) => heirOf?.(filter)) : [];
  const heir = heirs.find((each) => each !== undefined);
  if (heir !== undefined && !heirs.includes(undefined)) return safe(`${lost.join(", ")} goes to ${heir}`);
  if (!keepsMessages(stored)) return disruptive(`${what}: ${usage}`);
  const held = storedUsage(stored, lost, (subject) => now.some((filter) => covers(filter, subject)));
  return needing(stops(what, held.usage && `${usage}, and its stream: ${held.usage}`), held.needs, lost);
}

/** `max_batch`, `max_expires`, `max_bytes`: the server refuses a pull request that asks for more (409). */
export function smallerPulls(what: string) {
  return (change: Consumer): Verdict => {
    const [from, to] = [Number(change.from), Number(change.to)];
    if (to === 0 || (from !== 0 && to >= from) || change.target.deliver_subject) return SAFE;
    return stops(`pull requests that ask for more ${what} are refused`, usageOf(change));
  };
}

/** `headers_only`: the consumer delivers messages without their payload. */
export function withoutPayload(change: Consumer): Verdict {
  return change.to === true ? stops("messages are delivered without their payload", usageOf(change)) : SAFE;
}

/**
 * `max_deliver`: a message that has been delivered this many times is not delivered again, and stays unacknowledged.
 * With a limit of 1, that is every delivered message. Whether one is being processed at this moment must not change the
 * plan.
 */
export function fewerDeliveries(change: Consumer): Verdict {
  const { from, to, consumer } = change;
  const [before, most] = [from as number, to as number];
  if (most === -1 || (before !== -1 && most >= before)) return SAFE;
  const what = `messages that were delivered ${most === 1 ? "once" : `${most} times`} are not delivered again`;
  if (most === 1) return stops(what, usageOf(change));
  if (!consumer) return disruptive(`${what}: how many those are is not known`);
  const { num_redelivered: redelivered = 0 } = consumer;
  return redelivered === 0 ? SAFE : disruptive(`${what}: ${most === 2 ? "" : "at most "}${redelivered} now`);
}

/** `deliver_subject`: the server refuses the change while somebody is subscribed (10013). */
export function otherDelivery({ from, to, consumer }: Consumer): Verdict {
  if ((from === "") !== (to === "")) {
    return immutable("the server does not turn a pull consumer into a push one or back");
  }
  return consumer?.push_bound
    ? immutable("the server does not move a consumer that somebody is subscribed to")
    : safe("who subscribes has to do so to the new subject");
}

/** `deliver_group`: the server serves the former subscribers until its next restart, and then no more. */
export function otherGroup({ consumer }: Consumer): Verdict {
  const subscribed = consumer?.push_bound ? "somebody is subscribed to it" : undefined;
  const usage = consumer ? subscribed : "whether there are any is not known";
  return stops("from the server's next restart on, subscribers of another queue group get nothing", usage);
}

/**
 * `inactive_threshold`: the server also removes a durable, together with its position, when nobody has used it for this
 * long.
 */
export function removedWhenIdle(change: Consumer): Verdict {
  const [from, to] = [change.from as Int64, change.to as Int64];
  if (Number(to) === 0 || (Number(from) !== 0 && to >= from)) return SAFE;
  const what = "the server removes it, with how far it has got, when nobody uses it for that long";
  const { consumer, stored } = change;
  const outstanding = (consumer?.num_pending ?? 0) + (consumer?.num_ack_pending ?? 0);
  if (stored?.retention === "interest" && outstanding > 0) {
    const forecast = atMost(stored.state, Math.min(outstanding, stored.state.messages));
    return lossy(`${what}, and interest retention then discards what only it had still to get`, { forecast });
  }
  return stops(what, usageOf(change));
}

/** `num_replicas`: 0 means as many as the stream has. */
export function fewerConsumerReplicas(change: Consumer): Verdict {
  const { server, stored } = change;
  if (server.cluster === null) return SAFE;
  const [from, to] = [change.from, change.to].map((value) => (value as number) || (stored?.replicas ?? 1)) as [
    number,
    number,
  ];
  if (to >= from) return SAFE;
  return stops(`it would stand the loss of ${lossText(to)} instead of ${lossText(from)}`, usageOf(change));
}

/**
 * `priority_groups`: the server refuses pull requests that name none of the groups (400). Without any group it serves
 * all. A run sets and removes groups and policy together, so a reason to hold one of them also holds the other.
 */
export function otherGroups(change: Consumer): Verdict {
  const [from, to] = [change.from as string[], change.to as string[]];
  if (to.length === 0) return withoutPinning(change, change.live.priority_policy);
  if (from.length > 0 && from.every((group) => to.includes(group))) return SAFE;
  return stops(`pull requests that do not name ${to.join(", ")} are refused`, usageOf(change));
}

/**
 * `priority_policy`, measured on 2.12.8 and 2.15.2.
 *
 * - Once a client is pinned, the other clients get nothing.
 * - When pinning ends, no client gets anything before the pin has timed out.
 * - Only "overflow" accepts pull requests with `min_pending` (otherwise 400).
 */
export function otherPriority(change: Consumer): Verdict {
  const { from, to, target } = change;
  if (to === "pinned_client") return stops("one client gets all messages from now on, others none", usageOf(change));
  if (from === "none") {
    const groups = (target.priority_groups ?? []).join(", ") || "a priority group";
    return stops(`pull requests that do not name ${groups} are refused`, usageOf(change));
  }
  if (from === "overflow" && to === "prioritized") {
    return stops("pull requests with a threshold (min_pending, min_ack_pending) are refused", usageOf(change));
  }
  return withoutPinning(change, from as ConsumerConfig["priority_policy"]);
}

function withoutPinning(change: Consumer, policy: ConsumerConfig["priority_policy"]): Verdict {
  if (policy !== "pinned_client") return SAFE;
  return stops("pull requests get nothing before the pinned client's time is up", usageOf(change));
}

/** `max_ack_pending`: a consumer that is at its limit delivers nothing more until some messages are acknowledged. */
export function fewerUnacknowledged({ to, consumer }: Consumer): Verdict {
  const [most, now] = [Number(to), consumer?.num_ack_pending ?? 0];
  return most > 0 && now >= most
    ? safe(`nothing more is delivered before some of ${now} messages are acknowledged`)
    : SAFE;
}
