import { failureOf } from "../../lib/report/failure.ts";
import type { Result } from "../../lib/report/result.ts";
import { isAsDeclared } from "../support/run.ts";
import type { Outcome, Told } from "./scenario.ts";

/** What a report says. */
export function toldBy(result: Result): Pick<Told, "outcome" | "classes" | "sentence"> {
  const errors = result.error ? [result.error] : result.resources.flatMap(({ error }) => error ?? []);
  return {
    outcome: outcomeOf(result),
    classes: [...new Set(errors.map((error) => error.class))],
    sentence: failureOf(result) ?? errors.map(({ message }) => message).join(" "),
  };
}

function outcomeOf(result: Result): Outcome {
  if (failureOf(result) !== undefined) return "failed";
  return isAsDeclared(result) ? "converged" : "held";
}
