import { expect, it } from "vitest";
import { exitCodeOf } from "../../../functions/cli/exit-code.ts";
import type { Outcome, Result } from "../../../lib/report/result.ts";
import { aResource, aResult, aSettlingResource } from "../report/results.ts";

const resultOf = (mode: Result["mode"], ...outcomes: Outcome[]) =>
  aResult({ mode, resources: outcomes.map((outcome, index) => aResource(`kv/b${index}`, { outcome })) });

it.each<[Result["mode"], Outcome[], number]>([
  ["plan", ["unchanged"], 0],
  ["plan", [], 0],
  ["plan", ["unchanged", "toCreate"], 2],
  ["plan", ["unchanged", "toUpdate"], 2],
  ["plan", ["held"], 2],
  ["plan", ["failed", "held"], 1],
  ["ensure", ["unchanged", "created", "updated"], 0],
  ["ensure", ["created", "held"], 2],
  ["ensure", ["held", "failed"], 1],
])("%s of %j exits with %i", (mode, outcomes, code) => {
  expect(exitCodeOf(resultOf(mode, ...outcomes))).toBe(code);
});

it("a broker that could not be asked is an error, though no resource differs", () => {
  const result = aResult({ resources: [], error: { class: "network", message: "Nobody there." } });

  expect(exitCodeOf(result)).toBe(1);
});

it.each([
  ["ensure", 2],
  ["plan", 0],
] as const)("%s of what is as declared and settling exits with %i", (mode, code) => {
  const result = aResult({ mode, resources: [aSettlingResource("stream/ORDERS", "replica n2 is offline")] });

  expect(result.converged).toBe(false);
  expect(exitCodeOf(result)).toBe(code);
});
