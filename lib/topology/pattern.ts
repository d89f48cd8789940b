/** Patterns that one call may have: it compares each with the id of every resource. */
const MOST_PATTERNS = 500;

/** The longest id has a stream's and a consumer's name of 255 characters each. */
const LONGEST_PATTERN = 600;

/**
 * Whether a resource id matches a pattern, in which `*` stands for any run of characters: `kv/*`, `stream/TMP_*`. Each
 * part between two `*` is looked for once, from left to right, so that no pattern takes long (a regular expression goes
 * back and tries again).
 */
export function matches(pattern: string, id: string): boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return pattern === id;
  if (!id.startsWith(head) || !id.endsWith(tail)) return false;
  const end = id.length - tail.length;
  let at = head.length;
  for (const part of parts) {
    const found = id.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= end;
}

/** Why these are too many patterns, or too long ones: a clause about the list. `undefined` where they are neither. */
export function patternsMistake(patterns: readonly string[]): string | undefined {
  if (patterns.length > MOST_PATTERNS) return `has ${patterns.length} patterns: it may have ${MOST_PATTERNS} at most`;
  const long = patterns.find(({ length }) => length > LONGEST_PATTERN);
  if (long === undefined) return undefined;
  return `has a pattern of ${long.length} characters ("${long.slice(0, 40)}…"): it may have ${LONGEST_PATTERN} at most`;
}
