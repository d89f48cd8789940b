import { STREAM_NOT_FOUND } from "../../jetstream/errors/error-codes.ts";
import { isAtLeast } from "../../jetstream/server.ts";
import type { Int64, Republish, StreamConfig, StreamSource } from "../../jetstream/types.ts";
import { covers, overlap } from "../../subjects/subjects.ts";
import { same } from "../fields/canonical.ts";
import { type Change, disruptive, SAFE, safe, type Verdict } from "../fields/field.ts";
import type { Stored } from "../stored.ts";
import { isReached, STORE_LIMITS, type StoreLimit } from "./full.ts";
import { stoppedByMoves } from "./move-disruption.ts";
import { keepsMessages, messagesUntil, narrowedText, placeText, stops, streamUsage, type Usage } from "./usage.ts";

/**
 * Verdicts about what stops working when a change is applied to a stream in use. Measured on 2.9.10, 2.10.27, 2.12.8
 * and 2.15.2.
 */

type Stream = Change<StreamConfig>;

/**
 * `subjects`: nobody stores what is published to a subject that the stream gives up, unless another declared stream
 * takes the subject over. A subject is in use if it holds messages, or if a consumer waits for it and for nothing else.
 */
export function fewerSubjects(change: Stream): Verdict {
  const [from, to] = [change.from as string[], change.to as string[]];
  const given = from.filter((subject) => !to.some((kept) => covers(kept, subject)));
  if (given.length === 0 || change.target.sealed) return SAFE;
  const heirs = new Map(given.map((subject) => [subject, change.heirOf?.(subject)]));
  const lost = given.filter((subject) => heirs.get(subject) === undefined);
  const moves = given.flatMap((subject) => change.moves?.of(subject) ?? []);
  const isKept = (subject: string) => to.some((kept) => covers(kept, subject));
  const moved = stoppedByMoves(change, moves, (subject) => subjectsUsage(change, [subject], to, isKept));
  if (lost.length === 0) {
    const what = given.map((subject) => `${subject} goes to ${heirs.get(subject)}`).join(", ");
    const isEmptied = (filters: string[]) => isLeftWithNothing(filters, given, to);
    const { usage, needs } = consumersUsage(change.stored, isEmptied, "gets nothing more here");
    const verdict = usage === undefined ? safe(what) : needing(disruptive(`${what}: ${usage}`), needs);
    return moved ? withStopped(verdict, moved, usage === undefined ? ": " : "; ") : verdict;
  }
  const isTaken = (subject: string) => isKept(subject) || change.heirOf?.(subject) !== undefined;
  const { usage, needs } = subjectsUsage(change, lost, to, isTaken);
  const parts = lost.flatMap((subject) => change.heirsOfParts?.(subject) ?? []);
  const verdict = needing(stops(narrowedText(lost, to, "stored", parts), usage), needs, lost);
  const what = moves.map(({ subject, to }) => `${subject} goes to ${to}`).join(", ");
  return moved ? withStopped(verdict, moved, `; ${what}: `) : verdict;
}

/** Adds what the moves stop to a verdict about what a stream gives up. */
function withStopped(verdict: Verdict, moved: Verdict, between: string): Verdict {
  const needs = [...new Set([...(verdict.needs ?? []), ...(moved.needs ?? [])])];
  const storedOn = [...new Set([...(verdict.storedOn ?? []), ...(moved.storedOn ?? [])])];
  return needing({ ...moved, reason: `${verdict.reason}${between}${moved.reason}` }, needs, storedOn);
}

type Needs = NonNullable<Verdict["needs"]>;

/** Adds to a verdict what the plan has to read for it to be certain. */
export function needing(verdict: Verdict, needs: Needs, storedOn?: string[]): Verdict {
  if (needs.length === 0) return verdict;
  return { ...verdict, needs, ...(storedOn ? { storedOn } : {}) };
}

/**
 * The usage by a consumer that a change leaves with nothing.
 *
 * @param what what the change means for the consumer: `gets nothing more`
 */
function consumersUsage(
  stored: Stored | undefined,
  isEmptied: (filters: string[]) => boolean,
  what: string,
): { usage: Usage; needs: Needs } {
  if (!stored || stored.state.consumer_count === 0) return { usage: undefined, needs: [] };
  if (!stored.consumers) return { usage: "which consumers wait for it is not known", needs: ["consumers"] };
  const consumer = stored.consumers.find(({ filters, isUsed }) => isUsed && isEmptied(filters));
  return { usage: consumer && `its consumer ${consumer.name} ${what}`, needs: [] };
}

/** Whether a consumer's filters overlap what a stream gives up, and nothing of what the stream keeps. */
function isLeftWithNothing(filters: string[], given: string[], kept: string[]): boolean {
  const meets = (subjects: string[]) => filters.some((filter) => subjects.some((subject) => overlap(filter, subject)));
  return meets(given) && !meets(kept);
}

/**
 * The usage of the subjects that a stream gives up.
 *
 * @param kept what the stream stores from now on
 * @param excluded tells whether messages on a subject do not count
 */
function subjectsUsage(
  { stored, live }: Stream,
  lost: string[],
  kept: string[],
  excluded: (subject: string) => boolean,
): { usage: Usage; needs: Needs } {
  const known = (usage: Usage) => ({ usage, needs: [] });
  if (!stored) return known(streamUsage(stored));
  const { src } = live.subject_transform ?? {};
  if (src !== undefined && lost.some((subject) => overlap(src || ">", subject))) return known(streamUsage(stored));
  const use = storedUsage(stored, lost, excluded);
  if (use.usage !== undefined && use.needs.length === 0) return use;
  // If consumed messages are removed, an empty stream proves nothing. A consumer that gets any of the lost subjects is
  // then enough.
  const others = keepsMessages(stored) || Number(stored.state.last_seq) === 0 ? kept : [];
  const isEmptied = (filters: string[]) => isLeftWithNothing(filters, lost, others);
  const waiting = consumersUsage(stored, isEmptied, "waits for it");
  return { usage: use.usage ?? waiting.usage, needs: [...use.needs, ...waiting.needs] };
}

/** The usage of subjects by the messages on them. Messages on `excluded` subjects do not count. */
export function storedUsage(
  { state, storedOn, now }: Stored,
  filters: string[],
  excluded: (subject: string) => boolean,
): { usage: Usage; needs: Needs } {
  if (state.messages === 0) return { usage: undefined, needs: [] };
  const found = filters.flatMap((filter) => storedOn?.get(filter) ?? []);
  if (found.length < filters.length) {
    return { usage: "whether any are stored on it is not known", needs: ["storedOn"] };
  }
  const counts = new Map(found.flatMap(({ subjects }) => [...subjects]).filter(([subject]) => !excluded(subject)));
  const messages = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const isAll = found.every(({ complete }) => complete);
  if (messages === 0) return { usage: isAll ? undefined : "it has too many subjects to look at", needs: [] };
  const times = found.flatMap(({ last }) => (last && counts.has(last.subject) ? last.time : []));
  const last = times.sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  const place = placeText(counts, filters, isAll);
  return { usage: `it holds ${isAll ? "" : "at least "}${messagesUntil(messages, last, now, place)}`, needs: [] };
}

/**
 * Judges a limit, or `discard`, that makes the stream refuse messages from now on. The verdict depends on that field's
 * own change alone, because another change may be held while this one is applied.
 */
export function becomesFull(by: StoreLimit | "discard", { from, target, stored }: Stream): Verdict | undefined {
  if (!stored || stored.state.messages === 0 || target.sealed || target.discard !== "new") return undefined;
  const limits = by === "discard" ? STORE_LIMITS : [by];
  const isFull = limits.some((limit) => isReached(limit, target[limit], stored));
  const wasFull = by !== "discard" && isReached(by, from, stored);
  if (!isFull || wasFull) return undefined;
  return disruptive(`the stream would be full and refuse new messages from now on: ${streamUsage(stored)}`);
}

/**
 * Judges the limit per subject in the same way, or a field that makes this limit refuse messages: then `before` is no
 * limit.
 */
export function subjectsBecomeFull({ target, stored }: Stream, before: Int64 = -1): Verdict | undefined {
  if (!stored || stored.state.messages === 0 || target.sealed) return undefined;
  if (target.discard !== "new" || !target.discard_new_per_subject) return undefined;
  const asNumber = (most: Int64 = -1) => (most > 0 ? Number(most) : Number.POSITIVE_INFINITY);
  const [limit, was] = [asNumber(target.max_msgs_per_subject), asNumber(before)];
  const { messages, num_subjects } = stored.state;
  const what = "subjects that are at their limit refuse new messages from now on";
  // If the two numbers are equal, each subject has one message.
  const counts = stored.perSubject ?? (messages === num_subjects ? [1] : undefined);
  if (!counts) return { ...disruptive(`${what}: how many messages they hold is not known`), needs: ["subjects"] };
  const full = counts.filter((held) => held >= limit && held < was).length;
  return full === 0 ? undefined : disruptive(`${what}: ${stored.perSubject ? full : num_subjects} of ${num_subjects}`);
}

/**
 * `max_msg_size`: the server refuses larger messages. No request tells the largest message. The stored messages are
 * known to fit only if all of them together would.
 */
export function smallerMessages({ from, to, stored }: Stream): Verdict {
  const [before, limit] = [Number(from), Number(to)];
  if (limit === -1 || (before !== -1 && limit >= before)) return SAFE;
  const what = `messages larger than ${limit} bytes are refused from now on`;
  const { messages = 0, bytes = 0 } = stored?.state ?? {};
  if (stored && (messages === 0 || bytes - (messages - 1) * stored.smallestRecord <= limit)) return safe(what);
  return disruptive(`${what}, and it may hold larger ones: ${averageText(stored)}`);
}

function averageText(stored: Stored | undefined): string {
  if (!stored) return "what it holds is not known";
  const { messages, bytes } = stored.state;
  return `${messages} of ${Math.round(bytes / messages)} bytes on average`;
}

/** `num_replicas`: a stream with fewer copies survives fewer failures. */
export function fewerReplicas({ from, to, server, stored }: Stream): Verdict {
  if (server.cluster === null || (to as number) >= (from as number)) return SAFE;
  const what = `it would stand the loss of ${lossText(to as number)} instead of ${lossText(from as number)}`;
  return stops(what, streamUsage(stored));
}

export const lossText = (replicas: number): string => {
  const servers = Math.ceil(replicas / 2) - 1;
  return servers === 0 ? "no server" : `${servers} server${servers === 1 ? "" : "s"}`;
};

/**
 * `sources`: the stream takes nothing more from a removed source. To the server, a source with another filter or
 * transform is another source: from 2.10 on the server begins anew with it, and stores again what it had stored before,
 * if the source's start allows that.
 */
export function otherSources({ from, to, target, stored, server }: Stream): Verdict {
  if (target.sealed) return SAFE;
  const [before, now] = [from as StreamSource[], to as StreamSource[]];
  const removed = before.filter((old) => !now.some((each) => takesAll(each, old)));
  const lost = removed.filter((old) => isSourceUsed(old, stored));
  if (lost.length > 0) {
    const names = lost.map(({ name, filter_subject: filter }) => (filter ? `${name} (${filter})` : name)).join(", ");
    return disruptive(`what is taken from ${names} stays, and nothing more is taken as it was`);
  }
  if (removed.length > 0) {
    return safe(`nothing can be taken from ${removed.map(({ name }) => name).join(", ")}: there is no such stream`);
  }
  const restarted = now.some(
    (each) => !before.some((old) => isSame(old, each)) && before.some((old) => isOrigin(old, each)),
  );
  return restarted && isAtLeast(server, "2.10.0")
    ? safe("the server begins anew with a source that has another filter: messages may be stored twice")
    : SAFE;
}

const isOrigin = (a: StreamSource, b: StreamSource) => a.name === b.name && same(a.external, b.external);
const isSame = (a: StreamSource, b: StreamSource) =>
  isOrigin(a, b) && a.filter_subject === b.filter_subject && same(a.subject_transforms, b.subject_transforms);

function takesAll(now: StreamSource, old: StreamSource): boolean {
  if (!isOrigin(now, old) || !same(now.subject_transforms, old.subject_transforms)) return false;
  return covers(now.filter_subject || ">", old.filter_subject || ">");
}

/**
 * Whether a source is in use: it is not if its origin does not exist. The names of the account's streams tell that. The
 * server's own report about the source tells it only some seconds after the source's start. If the origin is reached
 * through another API, only the server knows, and it must never have heard of the origin.
 */
function isSourceUsed({ name, external }: StreamSource, stored: Stored | undefined): boolean {
  if (!external && stored?.streamNames) return stored.streamNames.includes(name);
  const known = (stored?.sources ?? []).filter((each) => each.name === name);
  return !(
    known.length > 0 && known.every((each) => Number(each.active) === -1 && each.error?.err_code === STREAM_NOT_FOUND)
  );
}

/** `republish`: subscribers of a removed destination get nothing. Only the system account sees such subscribers. */
export function otherRepublish({ from, to, live, target, stored }: Stream): Verdict {
  const [before, now] = [from as Republish | undefined, to as Republish | undefined];
  if (!before || target.sealed) return SAFE;
  const usage = streamUsage(stored) ?? (live.mirror ? "it is a mirror" : undefined);
  if (!now || now.dest !== before.dest || !covers(now.src || ">", before.src || ">")) {
    return stops(`nothing more is republished as ${before.dest}`, usage);
  }
  return now.headers_only && !before.headers_only
    ? stops(`what is republished as ${now.dest} has no payload from now on`, usage)
    : SAFE;
}

/** Judges a flag that takes something from readers when it gets this value. */
export function readersLose(value: boolean, what: string) {
  return ({ to, stored }: Stream): Verdict => (to === value ? stops(what, streamUsage(stored)) : SAFE);
}

/** Judges a flag that takes something from publishers when it gets this value. A sealed stream has no publishers. */
export function publishersLose(value: boolean, what: string) {
  return (change: Stream): Verdict => (change.target.sealed ? SAFE : readersLose(value, what)(change));
}

/** `subject_transform`: the stream stores messages under other subjects from now on. */
export function otherTransform({ target, stored }: Stream): Verdict {
  if (target.sealed) return SAFE;
  return stops("messages are stored under other subjects from now on, where no reader finds them", streamUsage(stored));
}

/** `max_consumers`: the existing consumers stay, also over a restart (measured on 2.12.8 and 2.15.2). */
export function fewerConsumers({ to, stored }: Stream): Verdict {
  const most = Number(to);
  const count = stored?.state.consumer_count ?? 0;
  if (most === -1 || count <= most) return SAFE;
  return disruptive(`no consumer that goes away could come back until there are fewer than ${most}: it has ${count}`);
}
