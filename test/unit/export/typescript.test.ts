import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeTopology } from "../../../lib/export/write/write-topology.ts";
import type { Topology } from "../../../lib/topology/index.ts";
import { everyField } from "../topology/every-field.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const biome = `${root}node_modules/@biomejs/biome/bin/biome`;

function formatted(text: string): string {
  const args = [biome, "format", `--config-path=${root}biome.json`, `--stdin-file-path=${root}topology.ts`];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { input: text, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** What the text declares: its one call's argument. */
function declaredBy(text: string): unknown {
  const [, literal = ""] = /defineTopology\(((?:.|\n)*)\);\n$/.exec(text) ?? [];
  return new Function(`return (${literal});`)();
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ minLength: 80, maxLength: 140 }),
  fc.constantFrom("orders.>", 'say "hi"', "it's", "both \" and '", "x".repeat(110), "\u202e", "a\\b", "line\nline"),
);
const plain = fc.oneof(text, fc.integer(), fc.boolean());
const keys = fc.constantFrom("id", "src", "dest", "owner-team", "headersOnly", "__proto__", "12", "x y");
const fields = fc.dictionary(keys, plain, { minKeys: 1, maxKeys: 5 });
const value = fc.oneof(
  plain,
  fields,
  fc.array(text, { minLength: 1 }),
  fc.array(fields, { minLength: 1, maxLength: 3 }),
);
const stream = fc
  .tuple(text, fc.dictionary(fc.constantFrom("subjects", "description", "sources", "metadata"), value))
  .map(([name, rest]) => ({ name, ...rest }));

it("TypeScript is written as Biome would leave it, and says what it was given", () => {
  // Many streams in each of few texts: most of the time goes to starting Biome.
  const streams = fc.array(stream, { minLength: 30, maxLength: 60 });
  fc.assert(
    fc.property(streams, (streams) => {
      const topology = { name: "x", streams } as unknown as Topology;
      const written = writeTopology(topology, "ts", { remarks: ["one\nline", "*/ \u2028"] });

      expect(formatted(written)).toBe(written);
      expect(declaredBy(written)).toEqual(topology);
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 120_000);

it("every field of the schema is written so", () => {
  const written = writeTopology(everyField, "ts", { remarks: [] });

  expect(formatted(written)).toBe(written);
  expect(declaredBy(written)).toEqual(everyField);
});
