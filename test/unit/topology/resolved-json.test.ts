import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  isResolved,
  readResolved,
  resolveTopology,
  TopologyError,
  writeResolved,
} from "../../../lib/topology/index.ts";

const topology = resolveTopology({
  name: "t",
  streams: [{ name: "A", maxAge: "1d" }],
  consumers: [{ stream: "A", name: "c" }],
});
const json = () => JSON.parse(writeResolved(topology));

describe("a resolved topology", () => {
  test("written is told from a declared one, and reads back as the same", () => {
    expect(isResolved(json())).toBe(true);
    expect(isResolved({ name: "t", streams: [] })).toBe(false);
    expect(readResolved(json())).toEqual(topology);
  });

  test("keeps what it says of owners, where it says it", () => {
    const owned = resolveTopology({
      name: "t",
      adopt: true,
      takeOver: false,
      ownerMetadata: false,
      streams: [{ name: "A", takeOver: true, ownerMetadata: true }],
    });
    const read = readResolved(JSON.parse(writeResolved(owned)));
    expect(read).toMatchObject({ adopt: true, takeOver: false, ownerMetadata: false });
    expect(read.resources[0]?.policy).toMatchObject({ takeOver: true, ownerMetadata: true });
    expect(readResolved(json())).not.toHaveProperty("adopt");
  });

  test.each([
    ["a declared one", { name: "t", streams: [] }, "it lacks the field"],
    ["nothing", null, "it lacks the field"],
    ["one of another version", { ...json(), resolvedTopology: 2 }, "has version 2, and this program reads version 1"],
    ["one without resources", { ...json(), resources: undefined }, "is damaged"],
    ["one with half a resource", { ...json(), resources: [{ id: "stream/A" }] }, "is damaged"],
    ["one without a name", { ...json(), name: undefined }, "is damaged"],
  ])("is not %s", (_, value, sentence) => {
    expect(() => readResolved(value)).toThrow(TopologyError);
    expect(() => readResolved(value)).toThrow(sentence);
  });
});

/** What the Lambda imports of the topology must not bring the schema library or the YAML parser into its bundle. */
test.each([
  "topology/resolve/resolved-json",
  "topology/fields/names",
  "topology/fields/shown",
  "topology/pattern",
  "subjects/subjects",
])("%s.ts needs no package", (entry) => {
  const seen = new Set<string>();
  const visit = (file: URL) => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    const source = readFileSync(file, "utf8");
    for (const [, specifier = ""] of source.matchAll(/^(?:import|export)\s(?!type)[^;]*?from "([^"]+)";/gm)) {
      expect(specifier, `in ${file.pathname.split("/").at(-1)}`).toMatch(/^\./);
      visit(new URL(specifier, file));
    }
  };

  visit(new URL(`../../../lib/${entry}.ts`, import.meta.url));

  expect(seen.size).toBeGreaterThan(0);
});
