import { expect, it } from "vitest";
import { failureOf } from "../../../lib/report/failure.ts";
import type { ReportedResource, Result } from "../../../lib/report/result.ts";

const result = (resources: Partial<ReportedResource>[], more: Partial<Result> = {}) =>
  ({ resources, lookedAt: { resources: resources.length, declared: resources.length }, ...more }) as unknown as Result;
const failed = (id: string, message: string) => ({
  id,
  outcome: "failed" as const,
  error: { class: "storage" as const, message },
});

it("a run in which everything exists does not fail, whatever is held", () => {
  expect(
    failureOf(
      result([
        { id: "stream/A", outcome: "held" },
        { id: "kv/b", outcome: "unchanged" },
      ]),
    ),
  ).toBeUndefined();
});

it("names each resource once, with its reason", () => {
  const sentence = failureOf(
    result([
      failed("stream/A", "stream/A could not be created."),
      failed("kv/b", "No answer."),
      { outcome: "created" },
    ]),
  );

  expect(sentence).toBe("2 of 3 resources failed. stream/A could not be created. kv/b: No answer.");
});

it("of a part of the topology (only) does not count the others", () => {
  const part = { lookedAt: { resources: 1, declared: 4 } };
  expect(failureOf(result([failed("kv/b", "No answer.")], part))).toMatch(/^1 of 1 resources looked at failed\./);
});

it("stays under what CloudFormation shows, and counts what it leaves out", () => {
  const many = Array.from({ length: 200 }, (_, index) => failed(`stream/S${index}`, "x".repeat(200)));

  const sentence = failureOf(result(many));

  expect(sentence?.length).toBeLessThanOrEqual(1400);
  expect(sentence).toMatch(/And 19\d more: /);
});

it("a broker that could not be asked is the reason for all", () => {
  expect(failureOf(result([failed("stream/A", "x")], { error: { class: "auth", message: "Refused." } }))).toBe(
    "Refused.",
  );
});
