/** Longer texts are cut: a mistake is told by its beginning. */
const MOST_CHARACTERS = 200;

/** A value as someone wrote it, for a sentence; whatever it is, also one that has no string form. */
export function written(value: unknown, most = MOST_CHARACTERS): string {
  const text = textOf(value);
  return text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value, asWritten) ?? String(value);
  } catch {
    return stringOf(value);
  }
}

/** JSON has no NaN and no infinity, and says null. */
function asWritten(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** Objects without a prototype, or with a `toString` of their own, may have no string form. */
function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "(a value that has no text)";
  }
}
