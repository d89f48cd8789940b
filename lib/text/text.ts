/**
 * Makes control and formatting characters visible: ANSI escapes, newlines, direction overrides. Names, descriptions and
 * messages come from the broker, where other people write them. Unchanged, they could repaint the terminal.
 */
export function visible(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    const short = { 9: "\\t", a: "\\n", d: "\\r" }[hex];
    if (short !== undefined) return short;
    if (hex.length > 4) return `\\u{${hex}}`;
    return hex.length > 2 ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
  });
}

/** A value as a person writes it in a topology: `1GiB`, `[results.>, other.>]`, `{ src: a.>, dest: b.> }`. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${valueText(member)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  // A text is quoted if a reader could not see where it ends, or that it is a text.
  if (typeof value === "string") return /^$|[\s"]|^not set$/.test(value) ? JSON.stringify(value) : value;
  return String(value);
}

/** Bytes in GiB, the usual unit of account limits. */
export function gib(bytes: number): string {
  const value = bytes / 1024 ** 3;
  if (bytes > 0 && value < 0.01) return "<0.01 GiB";
  return `${value.toLocaleString("en", { maximumFractionDigits: 2, useGrouping: false })} GiB`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function listText(words: string[]): string {
  return new Intl.ListFormat("en", { type: "conjunction" }).format(words);
}

/** Quotes a text as one word of a shell command. Names of streams and subjects may have a quote in them. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `1 read`, `24 reads`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const UNITS: [milliseconds: number, name: string][] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
];

/** `3 s ago`, `2 hours ago`. The broker's clock may be ahead of the run's, so a time may lie in the future. */
export function agoText(time: string, now: number): string {
  const passed = Math.max(0, now - Date.parse(time));
  for (const [unit, name] of UNITS) if (passed >= unit) return `${count(Math.floor(passed / unit), name)} ago`;
  return `${Math.floor(passed / 1000)} s ago`;
}
