import { overlap } from "../../subjects/subjects.ts";
import { agoText, count, listText } from "../../text/text.ts";
import { disruptive, type HeirOfPart, safe, type Verdict } from "../fields/field.ts";
import type { Stored } from "../stored.ts";

/**
 * Evidence that something is in use, as a part of a sentence; `undefined` if the evidence says that it is not in use.
 * Something unknown counts as in use, and the text says so.
 */
export type Usage = string | undefined;

/** The verdict of a change that stops something: disruptive if that is in use, otherwise safe. */
export function stops(what: string, usage: Usage): Verdict {
  return usage === undefined ? safe(`${what}; nothing uses that now`) : disruptive(`${what}: ${usage}`);
}

/**
 * Says what a stream or consumer loses.
 *
 * - All of the subjects: `messages on a, b are no longer stored`.
 * - Only a part of them: `of messages on a.>, only those on a.b are …`.
 * - Another resource takes a part: `messages on a.c go to stream/C, and the other messages on a.> are …`.
 */
export function narrowedText(
  lost: string[],
  kept: string[],
  verb: "stored" | "delivered",
  parts: HeirOfPart[] = [],
): string {
  const rest = kept.filter((subject) => lost.some((each) => overlap(each, subject)));
  const [from, others] = [lost.join(", "), parts.length === 0 ? "" : "other "];
  const gone = `${others && "the "}${others}messages on ${from} are no longer ${verb}`;
  const narrowed = `of ${others && "the "}${others}messages on ${from}, only those on ${rest.join(", ")} are ${verb} from now on`;
  const left = rest.length === 0 ? gone : narrowed;
  return parts.length === 0 ? left : `${partsText(parts)}, and ${left}`;
}

function partsText(parts: HeirOfPart[]): string {
  const named = parts.slice(0, MOST_NAMED).map(({ subject, heir }) => `on ${subject} go to ${heir}`);
  const more = parts.length - named.length;
  return `messages ${listText(more > 0 ? [...named, `on ${count(more, "more subject")} to others`] : named)}`;
}

/**
 * The usage of a stream: it is in use if it holds messages. With interest and work-queue retention consumed messages
 * are removed, so it is enough that the stream ever had one.
 */
export function streamUsage(stored: Stored | undefined): Usage {
  if (!stored) return "what it holds is not known";
  const { state, now } = stored;
  if (state.messages > 0) return `it holds ${messagesUntil(state.messages, state.last_ts, now)}`;
  if (keepsMessages(stored) || Number(state.last_seq) === 0) return undefined;
  return `its messages go as they are consumed, the last one came ${agoText(state.last_ts, now)}`;
}

/** Whether consumed messages stay. If they are removed, an empty stream proves nothing. */
export function keepsMessages({ retention = "limits" }: Stored): boolean {
  return retention === "limits";
}

/** The most subjects, or heirs of a part, that a sentence names. */
const MOST_NAMED = 3;

/**
 * Returns ` there`. If the sentence has named another subject or several, it returns ` there (3 on a, 2 on b)`. The
 * subjects with the most messages come first.
 */
export function placeText(counts: ReadonlyMap<string, number>, asked: string[], isAll: boolean): string {
  const [first] = counts.keys();
  if (isAll && counts.size === 1 && asked.length === 1 && asked[0] === first) return " there";
  const most = [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)).slice(0, MOST_NAMED);
  const more = counts.size - most.length;
  const named = most.map(([subject, messages]) => `${messages} on ${subject}`).join(", ");
  const rest = more === 0 ? "" : `, and ${isAll ? "" : "at least "}${count(more, "more subject")}`;
  return ` there (${named}${rest})`;
}

/** Returns `12 messages, the last one 3 s ago`; with a place, `12 messages there, the last one 3 s ago`. */
export function messagesUntil(messages: number, lastTime: string | undefined, now: number, place = ""): string {
  const which = messages === 1 ? "" : "the last one ";
  const when = lastTime === undefined ? "" : `, ${which}${agoText(lastTime, now)}`;
  return `${count(messages, "message")}${place}${when}`;
}
