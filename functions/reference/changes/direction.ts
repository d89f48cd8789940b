import { consumerUnits, streamUnits, type Unit } from "../../../lib/topology/fields/fields.ts";
import { shownValue } from "../../../lib/topology/fields/shown.ts";

/** Fields whose values are a few fixed words: each pair of words is a direction of its own. */
const WORDS = new Set([
  "retention",
  "discard",
  "storage",
  "compression",
  "persist_mode",
  "deliver_policy",
  "ack_policy",
  "replay_policy",
  "priority_policy",
]);

/** In which direction a change of two canonical values goes: `lowered`, `set`, `off to on`, `limits to interest`. */
export function directionOf(kind: "stream" | "consumer", field: string, from: unknown, to: unknown): string {
  if (typeof from === "boolean" || typeof to === "boolean") return to === true ? "turned on" : "turned off";
  if (WORDS.has(field)) return `${shownValue(kind, field, from)} to ${shownValue(kind, field, to)}`;
  if (isNumber(from) && isNumber(to)) return numbers(kind, field, Number(from), Number(to));
  if (Array.isArray(from) && Array.isArray(to)) return lists(from, to);
  if (isNothing(from)) return "set";
  return isNothing(to) ? "removed" : "changed";
}

function numbers(kind: "stream" | "consumer", field: string, from: number, to: number): string {
  const units: Readonly<Record<string, Unit>> = kind === "stream" ? streamUnits : consumerUnits;
  const unit = units[field];
  // What no limit is on the wire.
  const unlimited = { count: -1, size: -1, age: 0, requestSize: 0 }[unit as string];
  const amount = (value: number) => (value === unlimited ? Number.POSITIVE_INFINITY : value);
  if (unlimited === undefined && (from === 0 || to === 0)) return from === 0 ? "set" : "removed";
  return amount(to) > amount(from) ? "raised" : "lowered";
}

function lists(from: unknown[], to: unknown[]): string {
  const has = (list: unknown[], item: unknown) => list.some((each) => JSON.stringify(each) === JSON.stringify(item));
  if (from.length === 0) return "set";
  if (to.length === 0) return "removed";
  if (from.every((item) => has(to, item))) return "extended";
  return to.every((item) => has(from, item)) ? "shortened" : "changed";
}

const isNumber = (value: unknown) => typeof value === "number" || typeof value === "bigint";
const isNothing = (value: unknown) => value === undefined || value === null || value === "" || isEmpty(value);
const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;
