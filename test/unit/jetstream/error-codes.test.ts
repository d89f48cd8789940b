import { expect, it } from "vitest";
import { adviceOn, classOfCode, isRetryable } from "../../../lib/jetstream/errors/error-codes.ts";

it.each([
  [10047, "storage", false],
  [10028, "storage", false],
  [10052, "config", false],
  [10025, "config", false],
  [10012, "config", false],
  [10065, "conflict", false],
  [10058, "conflict", false],
  [10026, "limits", false],
  [10074, "limits", false],
  [10008, "unavailable", true],
  [10009, "unavailable", true],
  [10023, "limits", true],
  [10039, "unavailable", false],
  [10224, "unavailable", false],
  [10225, "conflict", false],
  [10226, "conflict", false],
  [10227, "config", false],
  [99999, "config", false],
])("%i is of class %s, retried: %s", (code, errorClass, retried) => {
  expect(classOfCode(code)).toBe(errorClass);
  expect(isRetryable(code)).toBe(retried);
});

it.each([
  [10026, "1,000 consumers"],
  [10224, "operator"],
  [10225, "run again"],
  [10226, "run again"],
  [10227, "publisher"],
])("%i comes with advice: %s", (code, advice) => {
  expect(adviceOn(code)).toContain(advice);
});
