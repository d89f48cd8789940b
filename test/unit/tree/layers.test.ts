import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The groups of files, each with those that it may import from, type-only imports included. An import against this order
 * would close a circle sooner or later. Circles of single files are the linter's (noImportCycles in biome.json).
 */
const MAY_IMPORT: Record<string, string[]> = {
  "lib/text": [],
  "lib/subjects": [],
  "lib/jetstream": ["lib/text", "lib/subjects"],
  "lib/topology": ["lib/text", "lib/subjects", "lib/jetstream"],
  "lib/report": ["lib/text", "lib/jetstream", "lib/topology"],
  "lib/observe": ["lib/text", "lib/jetstream", "lib/topology", "lib/report"],
  "lib/plan": ["lib/text", "lib/subjects", "lib/jetstream", "lib/topology", "lib/report", "lib/observe"],
  "lib/ensure": ["lib/text", "lib/subjects", "lib/jetstream", "lib/topology", "lib/report", "lib/observe", "lib/plan"],
  "lib/export": ["lib/text", "lib/jetstream", "lib/topology", "lib/observe", "lib/plan"],
  lib: ["lib/jetstream", "lib/topology", "lib/report", "lib/ensure", "lib/export"],
  "functions/ensure": ["lib/text", "lib/jetstream", "lib/topology", "lib/report", "lib/ensure"],
  "functions/cli": ["lib/text", "lib/jetstream", "lib/topology", "lib/report", "lib/ensure", "lib/export"],
  "functions/local": ["lib/text", "lib/jetstream", "lib/topology", "lib/report", "functions/ensure", "functions/cli"],
  "functions/reference": [
    ...["lib/jetstream", "lib/topology", "lib/report", "lib/observe", "lib/plan"],
    ...["functions/ensure", "functions/cli"],
  ],
  "functions/build": ["functions/cli"],
  "cdk/construct": ["lib/topology", "lib/report", "functions/ensure"],
  "cdk/observability": ["lib/topology", "lib/report", "functions/ensure", "cdk/construct"],
  cdk: ["lib", "lib/topology", "functions/ensure", "cdk/construct", "cdk/observability"],
};

/** About a dozen: beyond it nobody finds a place to change by reading the names. */
const MOST_FILES = 13;

const files = globSync("{cdk,functions,lib}/**/*.*").map(normalize).toSorted();
const sources = files.filter((file) => file.endsWith(".ts"));

function groupOf(file: string): string {
  const [top = "", folder] = dirname(file).split("/");
  return folder === undefined ? top : `${top}/${folder}`;
}

function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, "utf8").matchAll(/(?:from|import) ?\(?"(\.[^"]+)"/g);
  const targets = [...specifiers].map(([, specifier = ""]) => normalize(join(dirname(file), specifier)));
  // The reference pages read the cases of the matrix, too.
  return targets.filter((target) => files.includes(target));
}

describe("the tree", () => {
  it("has no group that this test does not know", () => {
    expect([...new Set(sources.map(groupOf))].toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted());
  });

  it.each(Object.keys(MAY_IMPORT))("%s imports only from groups below it", (group) => {
    const own = sources.filter((file) => groupOf(file) === group);
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((target) => groupOf(target) !== group && !MAY_IMPORT[group]?.includes(groupOf(target)))
        .map((target) => `${file} imports ${target}`),
    );

    expect(own).not.toEqual([]);
    expect(wrong).toEqual([]);
  });

  it("has its groups in an order: none may import one that may import it", () => {
    const seen: string[] = [];
    for (const [group, below] of Object.entries(MAY_IMPORT)) {
      expect(below.filter((each) => !seen.includes(each))).toEqual([]);
      seen.push(group);
    }
  });

  it(`has no folder of more than ${MOST_FILES} files`, () => {
    const folders = Object.entries(Object.groupBy(files, (file) => dirname(file)));
    expect(folders.filter(([, inside]) => (inside?.length ?? 0) > MOST_FILES).map(([folder]) => folder)).toEqual([]);
  });
});
