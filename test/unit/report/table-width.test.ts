import fc from "fast-check";
import stringWidth from "string-width";
import { expect, it } from "vitest";
import { renderResult } from "../../../lib/report/render-result.ts";
import type { ReportedResource } from "../../../lib/report/result.ts";
import { aDifference, aResult } from "./results.ts";

const word = fc.oneof(
  fc.stringMatching(/^[a-z.>*]{1,12}$/),
  fc.constantFrom("結果の保存期間", "a.very.long.subject.that.no.column.of.a.narrow.table.can.hold.in.one.line.>"),
);
const sentence = fc.array(word, { minLength: 1, maxLength: 25 }).map((words) => words.join(" "));
const value = fc.oneof(sentence, fc.integer(), fc.constant(null), fc.array(word, { maxLength: 6 }));

const resource: fc.Arbitrary<ReportedResource> = fc.record({
  id: word.map((name) => `stream/${name}`),
  outcome: fc.constantFrom("unchanged", "toCreate", "toUpdate", "held", "failed"),
  differences: fc.array(
    fc
      .tuple(
        fc.constantFrom("maxBytes", "subjects", "discardNewPerSubject"),
        value,
        value,
        fc.constantFrom("safe" as const, "lossy" as const, "unsupported" as const),
        sentence,
      )
      .map(([field, live, declared, impact, reason]) => aDifference(field, { live, declared, impact, reason })),
    { maxLength: 4 },
  ),
  undeclared: fc.array(fc.record({ field: fc.constant("metadata"), live: value }), { maxLength: 2 }),
});

const result = fc
  .tuple(fc.array(resource, { maxLength: 5 }), fc.array(word, { maxLength: 30 }), fc.array(sentence, { maxLength: 2 }))
  .map(([resources, unmanaged, warnings]) => aResult({ resources, unmanaged, warnings }));

it("has no line longer than the terminal, unless a single word is", () => {
  fc.assert(
    fc.property(result, fc.integer({ min: 40, max: 120 }), (aResult, width) => {
      for (const line of renderResult(aResult, { width }).split("\n")) {
        // Before a long id or word there is the sign of its line, and the outcome.
        const words = line.replace(/^[=+~!x] ([a-z ]{9} {2})?/, "").trim();
        expect(stringWidth(line) <= width || !words.includes(" "), line).toBe(true);
      }
    }),
  );
});

it("cuts no value: every word of every difference is in the table", () => {
  fc.assert(
    fc.property(result, fc.integer({ min: 40, max: 120 }), (aResult, width) => {
      const text = renderResult(aResult, { width });
      const differences = aResult.resources.flatMap(({ differences }) => differences);

      for (const { live, declared } of differences) {
        for (const word of [live, declared].flat().flatMap((part) => String(part ?? "not set").split(" "))) {
          // Japanese is broken anywhere, so its characters are looked for, not its words.
          for (const piece of /[a-z]/.test(word) ? [word] : word) expect(text).toContain(piece);
        }
      }
    }),
  );
});

it("ends no line in spaces, and the text in one newline", () => {
  fc.assert(
    fc.property(result, (aResult) => {
      expect(renderResult(aResult)).not.toMatch(/[^\S\n]\n|\n\n$/);
    }),
  );
});
