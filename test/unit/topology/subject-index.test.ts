import fc from "fast-check";
import { expect, test } from "vitest";
import { SubjectIndex } from "../../../lib/subjects/subject-index.ts";
import { overlap } from "../../../lib/subjects/subjects.ts";

const subject = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 3 }), fc.constantFrom("a", "b", "*", ">"))
  .map(([head, last]) => [...head, last].join("."));
const owner = fc.constantFrom("A", "B", "C");

test("an index of subjects finds the first overlap of another owner, as comparing in pairs does", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(subject, owner), { maxLength: 12 }), subject, owner, (added, asked, except) => {
      const index = new SubjectIndex<string>();
      for (const [each, by] of added) index.add(each, by);
      const first = added.find(([each, by]) => by !== except && overlap(each, asked));
      expect(index.firstOverlap(asked, except)).toEqual(
        first && { subject: first[0], owner: first[1], order: added.indexOf(first) },
      );
      const anybodys = added.find(([each]) => overlap(each, asked));
      expect(index.firstOverlap(asked)?.order).toBe(anybodys && added.indexOf(anybodys));
    }),
    { numRuns: 2000 },
  );
});

test("an index of subjects finds every overlap, as comparing in pairs does", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(subject, owner), { maxLength: 12 }), subject, (added, asked) => {
      const index = new SubjectIndex<string>();
      for (const [each, by] of added) index.add(each, by);
      const found = index.everyOverlap(asked).map(({ order }) => order);
      const compared = added.flatMap(([each], at) => (overlap(each, asked) ? [at] : []));
      expect(found.toSorted((a, b) => a - b)).toEqual(compared);
    }),
    { numRuns: 2000 },
  );
});
