import type { Republish, StreamConfig, StreamSource } from "../../jetstream/types.ts";
import { covers, intersection, overlap } from "../../subjects/subjects.ts";
import { count } from "../../text/text.ts";
import { declaredName } from "../../topology/fields/names.ts";
import { shownValue } from "../../topology/fields/shown.ts";
import { same } from "../fields/canonical.ts";
import { type Change, type Copy, disruptive, type Move, type Verdict } from "../fields/field.ts";
import { limitReached } from "./full.ts";
import type { Usage } from "./usage.ts";

/**
 * Verdicts about what stops working when a subject moves from one declared stream to another. Measured on 2.9.10,
 * 2.10.27 and 2.15.2.
 *
 * 1. Everything that takes messages from the old stream gets no more of them: sources, mirrors and the old stream's
 *    republish.
 * 2. The new stream refuses messages that the old stream stored, or does not acknowledge them.
 */

type Stream = Change<StreamConfig>;

/** One thing that stops, and what the plan would have to read for that to be certain. */
interface Stop extends Pick<Verdict, "ofHeirs" | "needsCopies"> {
  reason: string;
}

/**
 * The verdict about what the moves stop; `undefined` if they stop nothing. The reason is the end of a sentence that
 * names the moves.
 *
 * @param usageOf tells whether the old stream's subject is in use, by the messages on it or by the consumers that wait
 * for them
 */
export function stoppedByMoves(
  change: Stream,
  moves: Move[],
  usageOf: (subject: string) => { usage: Usage; needs: NonNullable<Verdict["needs"]> },
): Verdict | undefined {
  const readers = hasEverStored(change) ? moves.flatMap((move) => stoppedReaders(change, move)) : [];
  const publishers = moves.map((move) => {
    const stops = stoppedPublishers(change, move);
    return { stops, subject: move.subject, ...(stops.length > 0 ? usageOf(move.subject) : UNUSED) };
  });
  const used = publishers.filter(({ usage }) => usage !== undefined);
  const stops = [...readers, ...used.flatMap(({ stops, usage }) => stops.map((stop) => inUse(change, stop, usage)))];
  if (stops.length === 0) return undefined;
  const needs = [...new Set(used.flatMap((each) => each.needs))];
  const ofHeirs = stops.flatMap((stop) => stop.ofHeirs ?? []);
  return {
    ...disruptive([...new Set(stops.map(({ reason }) => reason))].join("; ")),
    ...(needs.length > 0 ? { needs } : {}),
    ...(needs.includes("storedOn") ? { storedOn: used.map(({ subject }) => subject) } : {}),
    ...(ofHeirs.length > 0 ? { ofHeirs } : {}),
    ...(stops.some(({ needsCopies }) => needsCopies) ? { needsCopies: true } : {}),
  };
}

const UNUSED = { usage: undefined, needs: [] };

function inUse({ live }: Stream, stop: Stop, usage: Usage): Stop {
  return { ...stop, reason: `${stop.reason} (${live.name} is in use: ${usage})` };
}

/** Whether the stream ever had a message. If it had none, nothing was copied from it. */
function hasEverStored({ stored }: Stream): boolean {
  return !stored || stored.state.messages > 0 || Number(stored.state.last_seq) > 0;
}

function stoppedReaders(change: Stream, move: Move): Stop[] {
  const { known, unread } = change.moves?.copies() ?? { known: [], unread: [] };
  const copies = known.filter((copy) => copy.stream !== move.stream);
  const stopped = [...copies.flatMap((copy) => stoppedCopy(change, move, copy)), ...stoppedRepublish(change, move)];
  if (unread === undefined) return [...stopped, { reason: "which streams copy it is not known" }];
  if (unread.length === 0) return stopped;
  const some = unread.length === 1 ? `${unread[0]} copies` : `one of ${count(unread.length, "other stream")} copies`;
  return [...stopped, { reason: `whether ${some} it is not known`, needsCopies: true }];
}

/**
 * The part of a moved subject that a filter takes. It is everything if the old stream stores the subject under another
 * one.
 */
function partOf({ live }: Stream, { subject }: Move, filter: string): string | undefined {
  const { src } = live.subject_transform ?? {};
  return src !== undefined && overlap(src || ">", subject) ? ">" : intersection(filter, subject);
}

function stoppedCopy(change: Stream, move: Move, copy: Copy): Stop[] {
  const { name } = change.live;
  const taken = copy.now.filter((source) => source.name === name);
  const parts = taken.flatMap(filtersOfSource).flatMap((filter) => partOf(change, move, filter) ?? []);
  if (parts.length === 0) return [];
  // A replaced source is held as a change of its own, so the new source would not be set.
  const keepsAll = copy.now.every((old) => copy.after.some((each) => same(each, old)));
  const takesOn = copy.after.filter((source) => source.name === move.stream).flatMap(filtersOfSource);
  if (keepsAll && parts.every((part) => takesOn.some((filter) => covers(filter, part)))) return [];
  const what = `${copy.id} ${copy.isMirror ? "mirrors" : "takes it from"} ${name} and would get no more of it`;
  const remedy = copy.isMirror
    ? `only a stream with ${name} and ${move.stream} as its sources gets both`
    : `declare ${move.stream} as one of its sources too`;
  return [{ reason: `${what}: ${remedy}` }];
}

function filtersOfSource({ filter_subject, subject_transforms = [] }: StreamSource): string[] {
  return subject_transforms.length > 0 ? subject_transforms.map(({ src }) => src || ">") : [filter_subject || ">"];
}

function stoppedRepublish(change: Stream, move: Move): Stop[] {
  const { name, republish } = change.live;
  const part = republish && partOf(change, move, republish.src || ">");
  if (republish === undefined || part === undefined) return [];
  const now = move.config.republish;
  if (now && sendsAsMuch(now, republish) && covers(now.src || ">", part)) return [];
  const what = `${name} republishes it as ${republish.dest}, and ${move.to} ${republishText(now, republish)}`;
  return [{ reason: `${what}: declare the same republish for ${move.to}` }];
}

function sendsAsMuch(now: Republish, before: Republish): boolean {
  return now.dest === before.dest && (!now.headers_only || Boolean(before.headers_only));
}

function republishText(now: Republish | undefined, before: Republish): string {
  if (now === undefined) return "republishes nothing";
  if (now.dest !== before.dest) return `republishes as ${now.dest}`;
  return sendsAsMuch(now, before) ? `republishes ${now.src || ">"}` : "republishes headers only";
}

function stoppedPublishers(change: Stream, move: Move): Stop[] {
  const { live } = change;
  const { to, config } = move;
  if (config.sealed) return [{ reason: `${to} is sealed and ${live.name} is not: move it to another stream` }];
  return [
    ...fullStops(change, move),
    ...fullSubjects(move),
    ...smallerMessages(change, move),
    ...differingFlags(change, move),
  ];
}

function fullStops({ live, stored }: Stream, { to, kind, config, stored: held }: Move): Stop[] {
  const limit = limitReached(config, held);
  if (limit === undefined || !held || limitReached(live, stored)) return [];
  const name = declaredName(kind, limit);
  const shown = limit === "max_msgs" ? count(held.state.messages, "message") : `${held.state.bytes} bytes`;
  const value = shownValue(kind, limit, config[limit]);
  const what = `${to} is full and refuses new messages (discard new, ${name} ${value}, it holds ${shown})`;
  return [{ reason: `${what}, and ${live.name} takes them: raise ${name} of ${to}` }];
}

/** `max_msgs_per_subject`: the new stream may refuse messages on subjects that are at this limit. */
function fullSubjects({ to, kind, stream, subject, config, stored }: Move): Stop[] {
  const limit = Number(config.max_msgs_per_subject);
  const refuses = config.discard === "new" && config.discard_new_per_subject && limit > 0;
  if (!refuses || !stored || mostOnOneSubject(stored.state) < limit) return [];
  const name = declaredName(kind, "max_msgs_per_subject");
  const what = `${to} refuses messages on subjects that hold ${limit} (discardNewPerSubject, ${name} ${limit})`;
  const remedy = `raise ${name} of ${to}`;
  const found = stored.storedOn?.get(subject);
  if (!found) {
    const ofHeirs = [{ stream, state: stored.state, storedOn: [subject] }];
    return [{ reason: `${what}, and how many it holds there is not known: ${remedy}`, ofHeirs }];
  }
  const atLimit = [...found.subjects].filter(([, messages]) => messages >= limit);
  const [first] = atLimit;
  if (first !== undefined) {
    const others = atLimit.length > 1 ? ` and ${count(atLimit.length - 1, "other subject")} do` : " does";
    return [{ reason: `${what}, as ${first[0]}${others} there: ${remedy}` }];
  }
  return found.complete ? [] : [{ reason: `${what}, and it has too many subjects to look at: ${remedy}` }];
}

/** The most messages that one subject can have: each of the other subjects has at least one message. */
function mostOnOneSubject({ messages, num_subjects = 0 }: { messages: number; num_subjects?: number }): number {
  return messages - Math.max(0, num_subjects - 1);
}

/**
 * `max_msg_size`: no request tells the largest message. The old stream's messages fit for certain only if all of them
 * together fit.
 */
function smallerMessages({ live, stored }: Stream, { to, kind, config }: Move): Stop[] {
  const [before, limit] = [Number(live.max_msg_size ?? -1), Number(config.max_msg_size ?? -1)];
  if (limit === -1 || (before !== -1 && limit >= before)) return [];
  const { messages = 0, bytes = 0 } = stored?.state ?? {};
  if (stored && messages > 0 && bytes - (messages - 1) * stored.smallestRecord <= limit) return [];
  const name = declaredName(kind, "max_msg_size");
  const value = (size: number) => shownValue(kind, "max_msg_size", size);
  const average = messages > 0 ? `, it holds ${messages} of ${Math.round(bytes / messages)} bytes on average` : "";
  const what = `${to} refuses messages larger than ${value(limit)} (${name}), and ${live.name} takes `;
  const taken = before === -1 ? `any size${average}` : `up to ${value(before)}${average}`;
  return [{ reason: `${what}${taken}: raise ${name} of ${to}` }];
}

/**
 * Flags with which the new stream treats publishers in another way: the field, the value that stops publishers, and
 * what stops. `no_ack` is measured. The other flags follow nats-server's stream.go at 2.15.2.
 */
const FLAGS = [
  ["no_ack", true, "acknowledges no message"],
  ["allow_rollup_hdrs", false, "refuses messages that roll up others"],
  ["allow_msg_ttl", false, "refuses messages with their own TTL"],
  ["allow_msg_counter", false, "refuses counter messages"],
  ["allow_msg_counter", true, "refuses messages that count nothing"],
  ["allow_atomic", false, "refuses atomic batches"],
  ["allow_batched", false, "refuses batches"],
  ["allow_msg_schedules", false, "refuses message schedules"],
] as const;

function differingFlags({ live }: Stream, { to, kind, config }: Move): Stop[] {
  return FLAGS.flatMap(([field, value, what]): Stop[] => {
    if (Boolean(live[field]) === value || Boolean(config[field]) !== value) return [];
    const name = declaredName(kind, field);
    const values = `${name} is ${value} there and ${!value} in ${live.name}`;
    return [{ reason: `${to} ${what} (${values}): declare ${name}: ${!value} for ${to}` }];
  });
}
