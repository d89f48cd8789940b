/**
 * Bytes of JSON. The function logs a value up to this size whole. CloudWatch cuts a log line at 256 KiB, after which it
 * is no longer JSON, and the metadata of one resource may have 128 KiB.
 */
const MAX_BYTES = 1024;

/** Returns a value for a log line: the value itself, or the beginning of its JSON with its size. */
export function truncated(value: unknown): unknown {
  const json = JSON.stringify(value) ?? "null";
  const bytes = Buffer.byteLength(json);
  return bytes <= MAX_BYTES ? value : `${json.slice(0, 200)}… (${bytes} bytes of JSON)`;
}

/** Returns the first entries of a list for a log line, and the number of the others. */
export function firstOf<T>(list: readonly T[], most: number): { first: T[]; omitted?: number } {
  if (list.length <= most) return { first: [...list] };
  return { first: list.slice(0, most), omitted: list.length - most };
}
