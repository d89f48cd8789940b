import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { matches, patternsMistake } from "../../../lib/topology/pattern.ts";

describe("a pattern of resource ids", () => {
  it.each([
    ["kv/*", "kv/jobs", true],
    ["kv/*", "kv/", true],
    ["kv/*", "stream/kv/jobs", false],
    ["stream/TMP_*", "stream/TMP_1", true],
    ["stream/A", "stream/A", true],
    ["stream/A", "stream/AB", false],
    ["*", "", true],
    ["*", "consumer/A/b", true],
    ["**", "x", true],
    ["consumer/*/b", "consumer/A/b", true],
    ["consumer/*/b", "consumer/A/c/b", true],
    ["consumer/*/b", "consumer/b", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*aXb*", "aaXb", true],
    ["", "", true],
    ["", "x", false],
    ["*a.c*", "abc", false],
    ["stream/[A]", "stream/[A]", true],
    ["stream/*", "stream/a\nb", true],
  ])("%j and %j: %s", (pattern, id, expected) => {
    expect(matches(pattern, id)).toBe(expected);
  });

  it("matches what a regular expression of the same meaning does", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "*", "\n"), maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (pattern, other) => {
        const id = other.replaceAll("*", "a");
        expect(matches(pattern, id)).toBe(new RegExp(`^${pattern.replaceAll("*", "[^]*")}$`).test(id));
      }),
      { numRuns: 5000 },
    );
  });

  /* A regular expression does not come back from the first of these. */
  it.each([
    ["********************!", "consumer/ORDERS/billing"],
    [`${"*a".repeat(299)}*!`, "a".repeat(600)],
    [`${"*a".repeat(299)}*`, "a".repeat(600)],
    [`${"a*".repeat(300)}`, `${"a".repeat(599)}b`],
  ])("takes no time: %s", (pattern, id) => {
    const start = performance.now();
    for (let turn = 0; turn < 1000; turn += 1) matches(pattern, id);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test("a list of patterns is bounded in number and length", () => {
  expect(patternsMistake(Array(500).fill("*".repeat(600)))).toBeUndefined();
  expect(patternsMistake(Array(501).fill("*"))).toBe("has 501 patterns: it may have 500 at most");
  expect(patternsMistake(["a", "b".repeat(601)])).toBe(
    `has a pattern of 601 characters ("${"b".repeat(40)}…"): it may have 600 at most`,
  );
});
