/** How long a text may be before it is cut. Its beginning is enough to recognise a mistake. */
const MOST_CHARACTERS = 200;

/** Any value in the form in which a person writes it, for a sentence. It also accepts values without a string form. */
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

/** Keeps NaN and infinity, for which JSON would write null. */
function asWritten(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/**
 * The string form of a value, if it has one. An object without a prototype, or with its own `toString`, may have none.
 */
function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "(a value that has no text)";
  }
}
