/**
 * JSON that keeps 64-bit integers. A run reads a live config, changes a few fields, and writes the whole config back. A
 * rounded `first_seq` beyond 2^53 would purge the stream at its next restart.
 */

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
// TypeScript's library does not know these two yet. Both are in the language (JSON.parse source text access).
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
};

/**
 * Finds digits of an integer from 2^53 = 9007199254740992 on, anywhere in the JSON text and even in a string. Without
 * such digits the reviver is not used: it makes as much garbage as the values themselves, 160 KB for one resource's
 * answer.
 */
const MAY_BE_INEXACT = /9\d{15}|\d{17}/;

/** Parses JSON. An integer that a `number` would print with other digits becomes a `bigint`. */
export function decodeJson(text: string): unknown {
  if (!MAY_BE_INEXACT.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, context) =>
    typeof value === "number" && context.source !== undefined && /^-?\d{16,}$/.test(context.source)
      ? exactInteger(context.source)
      : value,
  );
}

/** Writes JSON. A `bigint` is written as its digits. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? json.rawJSON(item.toString()) : item));
}

function exactInteger(digits: string): number | bigint {
  return String(Number(digits)) === digits ? Number(digits) : BigInt(digits);
}
