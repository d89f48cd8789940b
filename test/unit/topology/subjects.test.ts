import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { covers, intersection, overlap, subjectProblem } from "../../../lib/subjects/subjects.ts";

/** What the server does to deliver: whether a literal subject matches a pattern. Written apart, to judge by. */
function matches(pattern: string, literal: string): boolean {
  const tokens = pattern.split(".").map((token) => {
    if (token === "*") return "[^.]+";
    return token === ">" ? "[^.]+(\\.[^.]+)*" : token;
  });
  return new RegExp(`^${tokens.join("\\.")}$`).test(literal);
}

/** All subjects of up to four tokens out of three letters: enough to tell apart patterns of up to three tokens of two. */
const literals = (() => {
  const grow = (shorter: string[]) =>
    shorter.flatMap((subject) => ["a", "b", "c"].map((token) => `${subject}.${token}`));
  const lengths = [["a", "b", "c"]];
  for (let length = 2; length <= 4; length++) lengths.push(grow(lengths[length - 2] ?? []));
  return lengths.flat();
})();

const pattern = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 2 }), fc.constantFrom("a", "b", "*", ">"))
  .map(([head, last]) => [...head, last].join("."));

describe("two subjects", () => {
  test("overlap when, and only when, one message's subject would match both", () => {
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const both = literals.some((literal) => matches(one, literal) && matches(other, literal));
        expect(overlap(one, other), `${one} and ${other}`).toBe(both);
      }),
      { numRuns: 1000 },
    );
  });

  test("have an intersection, which matches what both match and nothing else", () => {
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const common = intersection(one, other);
        for (const literal of literals) {
          const both = matches(one, literal) && matches(other, literal);
          expect(common !== undefined && matches(common, literal), `${one} and ${other}: ${common}`).toBe(both);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("cover one another when, and only when, all that the inner matches the outer does", () => {
    fc.assert(
      fc.property(pattern, pattern, (outer, inner) => {
        const all = literals.every((literal) => !matches(inner, literal) || matches(outer, literal));
        expect(covers(outer, inner), `${outer} over ${inner}`).toBe(all);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["results.>", "results", false],
    ["results.>", "results.a.b", true],
    ["a.*.c", "a.b.*", true],
    ["a.*", "a.b.c", false],
    ["$KV.jobs.>", "$KV.*.x", true],
    ["$KV.jobs.>", "$KV.jobs_yaml.>", false],
    ["foo*.a", "foobar.a", false],
  ])("%s and %s overlap: %s", (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });
});

test.each([
  ["a.b.*.>", undefined],
  ["$KV.jobs.>", undefined],
  ["a*b.c>", undefined],
  ["", "it is empty"],
  ["a..b", "empty token"],
  [".a", "empty token"],
  ["a.", "empty token"],
  ["a b", "white space"],
  ["a.>.b", "last token"],
])("%j as a subject: %s", (subject, problem) => {
  if (problem === undefined) expect(subjectProblem(subject)).toBeUndefined();
  else expect(subjectProblem(subject)).toContain(problem);
});
