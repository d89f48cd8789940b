import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORT = /(?:from|import) "(\.[^"]+\.ts)"/g;

/**
 * The test files that load a source file, those first that import it most directly: a change is noticed there, if it is
 * noticed at all.
 */
export function relatedTests(source: string, tests: readonly string[]): string[] {
  return tests
    .map((test) => ({ test, distance: distanceTo(source, test) }))
    .filter(({ distance }) => distance !== undefined)
    .toSorted((a, b) => (a.distance ?? 0) - (b.distance ?? 0) || a.test.localeCompare(b.test))
    .map(({ test }) => test);
}

/** How many imports lead from one file to another; undefined where none do. */
function distanceTo(source: string, from: string): number | undefined {
  const seen = new Set([from]);
  let layer = [from];
  for (let distance = 0; layer.length > 0; distance++) {
    if (layer.includes(source)) return distance;
    layer = layer.flatMap(importsOf).filter((file) => !seen.has(file) && seen.add(file));
  }
  return undefined;
}

const known = new Map<string, string[]>();

function importsOf(file: string): string[] {
  const imports = known.get(file) ?? read(file);
  known.set(file, imports);
  return imports;
}

function read(file: string): string[] {
  // A dependency that is no file of this repository's own (a fixture that is missing on purpose) leads nowhere.
  try {
    return [...readFileSync(file, "utf8").matchAll(IMPORT)].map(([, path = ""]) => join(dirname(file), path));
  } catch {
    return [];
  }
}
