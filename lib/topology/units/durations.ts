import type { Int64 } from "../../jetstream/types.ts";
import { exactProduct } from "./decimal.ts";
import { UnitError } from "./unit-error.ts";
import { wireNumber } from "./wire-number.ts";

const second = 1_000_000_000n;

/** Nanoseconds per unit, largest first. */
const units = {
  w: 7n * 86_400n * second,
  d: 86_400n * second,
  h: 3_600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};
type Unit = keyof typeof units;
const order = Object.keys(units) as Unit[];

/** How people write a unit in words, by its first letters. */
const words: [RegExp, Unit][] = [
  [/^w(ee)?ks?$/i, "w"],
  [/^d(ays?)?$/i, "d"],
  [/^h((ou)?rs?)?$/i, "h"],
  [/^min(ute)?s?$/i, "m"],
  [/^m$/i, "m"],
  [/^s(ec(ond)?s?)?$/i, "s"],
  [/^m(illi)?s(ec(ond)?s?)?$/i, "ms"],
  [/^(µ|μ|u|micro)s(ec(ond)?s?)?$/i, "us"],
  [/^n(ano)?s(ec(ond)?s?)?$/i, "ns"],
];

const durationPart = "\\d+(?:\\.\\d+)?(?:w|d|h|ms|m|s|us|ns)";

/** What a duration looks like, for editors. */
export const durationPattern = `^(?:(?:${durationPart})+|unlimited)$`;
const wellFormed = new RegExp(`^(?:${durationPart})+$`);

/**
 * Nanoseconds, exactly. `"90d"`, `"1h30m"`, `"1.5h"`; `"unlimited"` is 0, as on the wire.
 * @throws UnitError with a sentence that says how to write it.
 */
export function parseDuration(text: string): bigint {
  if (text === "unlimited") return 0n;
  if (!wellFormed.test(text)) throw new UnitError(`"${text}" is not a duration: ${hint(text)}`);
  let nanos = 0n;
  let previous = -1;
  for (const [part, decimal = "", unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(\D+)/g)) {
    const rank = order.indexOf(unit as Unit);
    if (rank <= previous) {
      throw new UnitError(`"${text}" is not a duration: write the larger unit first and each once, like "1h30m".`);
    }
    const exact = exactProduct(decimal, units[unit as Unit]);
    if (exact === undefined) throw new UnitError(`"${text}": ${part} is not a whole number of nanoseconds.`);
    nanos += exact;
    previous = rank;
  }
  return nanos;
}

/** The value on the wire: nanoseconds, as a number that prints the same digits. */
export function durationToWire(text: string): number {
  return wireNumber(parseDuration(text), text);
}

/** Exact and as short as the units allow, weeks as days: `"90d"`, `"1h30m"`, `"0s"`. `parseDuration` reads it back. */
export function showDuration(nanos: Int64): string {
  let rest = BigInt(nanos);
  if (rest === 0n) return "0s";
  const sign = rest < 0n ? "-" : "";
  if (rest < 0n) rest = -rest;
  let shown = "";
  for (const unit of order) {
    if (unit === "w" || rest < units[unit]) continue;
    shown += `${rest / units[unit]}${unit}`;
    rest %= units[unit];
  }
  return sign + shown;
}

function hint(text: string): string {
  const compact = text.trim();
  if (/^-/.test(compact)) return `it cannot be negative; "unlimited" or "0s" is no limit.`;
  if (/^\d+(\.\d+)?$/.test(compact))
    return `the unit is missing; write "${compact}s" for seconds, "${compact}d" for days.`;
  if (/months?|years?|\dy$|mo$/i.test(compact)) return `months and years have no fixed length; write days, like "90d".`;
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµμ]+)[\s,]*/gi)];
  const known = parts.map(([, decimal, word = ""]) => {
    const unit = words.find(([pattern]) => pattern.test(word))?.[1];
    return unit ? `${decimal}${unit}` : undefined;
  });
  const whole = parts.map(([part]) => part).join("") === compact;
  if (whole && known.length > 0 && known.every((part) => part !== undefined)) return `write it "${known.join("")}".`;
  return `write numbers with w, d, h, m, s, ms, us or ns, like "90d" or "1h30m", or "unlimited".`;
}
