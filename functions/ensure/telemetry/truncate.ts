/**
 * Bytes of JSON up to which a value is logged whole. CloudWatch cuts a log line at 256 KiB (no JSON any more), and one
 * resource's metadata alone may have 128 KiB.
 */
const MAX_BYTES = 1024;

/** A value for a log line: itself, or the beginning of its JSON and how long it is. */
export function truncated(value: unknown): unknown {
  const json = JSON.stringify(value) ?? "null";
  const bytes = Buffer.byteLength(json);
  return bytes <= MAX_BYTES ? value : `${json.slice(0, 200)}… (${bytes} bytes of JSON)`;
}

/** The first entries of a list for a log line, and how many were left out. */
export function firstOf<T>(list: readonly T[], most: number): { first: T[]; omitted?: number } {
  if (list.length <= most) return { first: [...list] };
  return { first: list.slice(0, most), omitted: list.length - most };
}
