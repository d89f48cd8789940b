import type * as z from "zod";
import { written } from "../../text/written.ts";

const types: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object with fields",
  record: "an object of names and texts",
};

/** Zod's findings as sentences that name the value and what to write; for those that a field's schema leaves open. */
export function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (input === undefined) return "It is missing.";
  switch (issue.code) {
    case "invalid_type":
      return `${written(input)} is not ${types[issue.expected] ?? issue.expected}.`;
    case "invalid_value":
      return `${written(input)} is not one of ${issue.values.map((value) => written(value)).join(", ")}.`;
    case "too_small":
      return input === "" ? "It is empty." : `${written(input)} is too small: at least ${issue.minimum}.`;
    case "too_big":
      return `${written(input)} is too big: at most ${issue.maximum}.`;
    case "invalid_format":
      return issue.format === "datetime"
        ? `${written(input)} is not an instant: write it like "2026-01-31T00:00:00Z".`
        : `${written(input)} has not the right form.`;
    case "invalid_union":
      return `${written(input)} is neither true or false, nor a list of fields.`;
    default:
      return undefined;
  }
}
