import { describe, expect, it } from "vitest";
import { mutantsOf, mutated } from "../../mutation/mutants.ts";
import { relatedTests } from "../../mutation/related-tests.ts";
import { sampleOf } from "../../mutation/sample.ts";

function changesOf(source: string): string[] {
  return mutantsOf("a.ts", source).map((mutant) => mutated(source, mutant));
}

describe("the changes that test:mutation tries", () => {
  it.each([
    ["a boundary, and the sense of a comparison", "x = a < b", ["x = a <= b", "x = a >= b"]],
    ["a swapped operator", "x = a && b", ["x = ((a) || (b))"]],
    ["a condition that always or never holds", "if (a) f();", ["if (true) f();", "if (false) f();"]],
    ["a negation", "x = !a", ["x = (a)"]],
    ["a constant", "x = 3n", ["x = 4n"]],
    ["an emptied text", 'x = "…→"', ['x = ""']],
    ["an emptied list", "x = [a]", ["x = []"]],
    ["another quantifier", "x = a.some(f)", ["x = a.every(f)"]],
    ["a filter that is left out", "x = a.filter(f)", ["x = a"]],
  ])("%s", (_, source, changes) => {
    expect(changesOf(source)).toEqual(expect.arrayContaining(changes));
  });

  it("leave a statement out", () => {
    expect(changesOf("f();")).toEqual([";"]);
  });

  it("touch neither types nor imports", () => {
    const source = 'import { b } from "./b.ts";\ntype A = "x" | 1;\nconst a = b as "x";';

    expect(changesOf(source)).toEqual([]);
  });

  it("name the line", () => {
    expect(mutantsOf("a.ts", "let x;\n\nx = !y;").map(({ line }) => line)).toEqual([3, 3]);
  });
});

describe("a sample", () => {
  const all = Array.from({ length: 1000 }, (_, at) => at);

  it("is the same for the same seed, in the order of the list", () => {
    const sample = sampleOf(all, 50, 7);

    expect(sample).toEqual(sampleOf(all, 50, 7));
    expect(sample).toEqual(sample.toSorted((a, b) => a - b));
    expect(sample).not.toEqual(sampleOf(all, 50, 8));
    expect(sample).toHaveLength(50);
  });
});

describe("the tests related to a file", () => {
  it("are those that load it, the nearest first", () => {
    const tests = [
      "test/unit/topology/sizes.test.ts",
      "test/unit/plan/preflight.test.ts",
      "test/unit/local/obtain.test.ts",
    ];

    expect(relatedTests("lib/plan/preflight/quota/reservation.ts", tests)).toEqual([
      "test/unit/plan/preflight.test.ts",
    ]);
  });
});
