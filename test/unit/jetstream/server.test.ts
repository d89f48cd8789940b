import { expect, it } from "vitest";
import { isAtLeast } from "../../../lib/jetstream/server.ts";

it.each([
  ["2.10.0", "2.10.0", true],
  ["2.10.27", "2.10.3", true],
  ["2.9.25", "2.10.0", false],
  ["2.15.0-dev", "2.15.0", true],
  ["2.12.0-RC.2", "2.12.1", false],
  ["3.0.0", "2.99.99", true],
  ["2.10", "2.10.0", true],
])("%s is at least %s: %s", (version, release, expected) => {
  expect(isAtLeast({ version }, release)).toBe(expected);
});
