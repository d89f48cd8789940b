/**
 * JSON that keeps 64-bit integers: a live config is read, changed in a few fields and written back whole, and a
 * `first_seq` beyond 2^53 that came back rounded would purge the stream at its next restart.
 */

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
// TypeScript's library does not know the two yet; both are in the language (JSON.parse source text access).
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
};

/**
 * Anything from 2^53 = 9007199254740992 on. Looked for in the whole text, texts in it included, because the reviver makes
 * as much garbage for each value as the value itself: 160 KB for one resource's answer.
 */
const MAY_BE_INEXACT = /9\d{15}|\d{17}/;

/** An integer that a `number` would print with other digits becomes a `bigint`; everything else is as JSON.parse. */
export function decodeJson(text: string): unknown {
  if (!MAY_BE_INEXACT.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, context) =>
    typeof value === "number" && context.source !== undefined && /^-?\d{16,}$/.test(context.source)
      ? exactInteger(context.source)
      : value,
  );
}

/** The inverse: a `bigint` is written as its digits. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? json.rawJSON(item.toString()) : item));
}

function exactInteger(digits: string): number | bigint {
  return String(Number(digits)) === digits ? Number(digits) : BigInt(digits);
}
