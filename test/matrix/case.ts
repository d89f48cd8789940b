import type { ResourceKind } from "../../lib/topology/resolve/resolved.ts";

export type Fields = Record<string, unknown>;

/** What the server does with an update that the table calls impossible. */
export type Refusal =
  /** The err_code of its refusal. */
  | number
  /** It answers OK and leaves the field as it was, or shows it and does nothing of the kind. */
  | "ignored"
  /** It answers OK and changes nothing, and the next restart purges the stream. */
  | "purges"
  /** It answers OK, and after the next restart the stream is not there. */
  | "vanishes"
  /** It answers OK, and after the next restart the consumer starts anew. */
  | "forgets";

/** One live resource, one declaration that differs from it in one field. `{}` in any string is the resource's name. */
export interface Case {
  kind: ResourceKind;
  /** Its name on the wire. */
  field: string;
  /** Its live config on the wire, name and subjects aside. */
  live: Fields;
  /**
   * What is declared: on the wire for streams and consumers, in the topology's own words for buckets. A field that is
   * `undefined` is declared not to be: the resource is `exact`.
   */
  declared: Fields;
  /** What else matters, in a few words. */
  about?: string;
  /** Consumers that are there before the messages are. */
  consumers?: { acknowledged?: number; filter?: string }[];
  /** Raw updates once the messages are stored: what no create takes, or would not have let the messages in. */
  afterwards?: Fields[];
  /** Half of the messages are older than the declared age. */
  ages?: true;
  /** Messages come in by themselves. */
  gains?: true;
  /** Needs a cluster. */
  clustered?: true;
  /** What the server does where the table says `immutable`. Default: 10052 of streams, 10012 of consumers. */
  refused?: (version: string) => Refusal;
  /** The field that cannot be undone after a one-way change, where it is another one. */
  latch?: string;
  /** What can be refused when it is undone. Default: as `refused`. */
  back?: number;
  /** What a raw update has to change beside the field, for the server to look at the field itself. */
  alongside?: Fields;
  /** The two are one to the server: no difference. */
  equal?: true;
  /** The first release that can have such a live resource, where it is not the first to know its fields. */
  liveSince?: string;
}

type Shared = Omit<Case, "field" | "live" | "declared" | "kind"> & {
  kind?: ResourceKind;
  /** The rest of the live config. */
  beside?: Fields;
};

/** Every value to every other one: both directions of each pair. */
export function between(field: string, values: unknown[], shared: Shared = {}): Case[] {
  return values.flatMap((from) => values.filter((to) => to !== from).map((to) => change(field, from, to, shared)));
}

export function change(field: string, from: unknown, to: unknown, shared: Shared = {}): Case {
  const { beside = {}, kind = "stream", ...rest } = shared;
  const live: Fields = { ...beside, [field]: from };
  // Off is what is not said: a server that does not know the field takes no word of it.
  if (from === undefined || from === false) delete live[field];
  return { kind, field, live, declared: { [field]: to }, ...rest };
}

export const onAndOff = (field: string, shared: Shared = {}): Case[] => between(field, [false, true], shared);

export const SECOND = 1_000_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** How many messages a stream is given, and over how many subjects. */
export const MESSAGES = 60;
export const SUBJECTS = 6;

/** The age of cases with `ages`: between those of the first and the second half of their messages. */
export const AGE_MS = 8_000;
