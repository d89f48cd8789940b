import { durationToWire } from "../units/durations.ts";
import { sizeToWire } from "../units/sizes.ts";
import type { Unit } from "./fields.ts";
import { snakeCase } from "./names.ts";

/** A declared value as the server takes it: the inverse of `shownValue`. Expects a value the schema has accepted. */
export function toWire(unit: Unit, value: unknown): unknown {
  if (typeof unit !== "string") {
    if ("each" in unit) return Array.isArray(value) ? value.map((each) => toWire(unit.each, each)) : value;
    return Object.fromEntries(
      Object.entries(value as object)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [snakeCase(key), toWire(unit.fields[snakeCase(key)] ?? "plain", each)]),
    );
  }
  switch (unit) {
    case "plain":
      return value;
    case "duration":
    case "age":
      return durationToWire(String(value));
    case "size":
      return sizeToWire(value as string | number);
    case "requestSize":
      return Math.max(0, sizeToWire(value as string | number));
    case "count":
      return value === "unlimited" ? -1 : value;
  }
}
