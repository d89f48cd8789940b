import type { Action } from "../action.ts";
import { type Difference, decide } from "../decide.ts";
import type { DecisionInput } from "../decision-input.ts";
import type { Table } from "../fields/tables.ts";
import { errorOf, type Problem } from "./problem.ts";

/**
 * Takes out of an action what cannot work: a create is refused, and an update keeps the fields to blame as they are.
 */
export function bar(action: Action, problem: Problem): Action {
  const { resource, table } = action;
  if (action.does === "create") return { resource, table, does: "refuse", error: errorOf(problem) };
  if (action.does !== "update") return action;
  const { decision, question } = action;
  const wanted = decision.differences.filter(({ held }) => !held);
  const blamed = wanted.filter(({ field }) => problem.fields.includes(field));
  const kept = (blamed.length > 0 ? blamed : wanted).map((difference) => withReason(difference, problem.what));

  const left = declaringLive(question, kept);
  const { update, ...rest } = decide(table, left);
  const differences = [...(action.barred?.differences ?? []), ...kept];
  const whole = { ...rest, differences: inTableOrder(table, [...rest.differences, ...differences]) };
  const about = {
    resource,
    table,
    question: left,
    barred: { differences, error: action.barred?.error ?? errorOf(problem) },
  };
  return update
    ? { ...about, does: "update", decision: { ...whole, update } }
    : { ...about, does: "hold", decision: whole };
}

function withReason(difference: Difference, reason: string): Difference {
  return { ...difference, held: true, verdict: { ...difference.verdict, reason } };
}

/** Declares the live value of each kept field: a later decision about single fields cannot bring the change back in. */
function declaringLive(question: DecisionInput, kept: Difference[]): DecisionInput {
  const { live, ownership } = question;
  const [enforced, createDefaults] = [{ ...question.enforced }, { ...question.createDefaults }];
  for (const { field } of kept) {
    delete enforced[field];
    delete createDefaults[field];
    if (live[field] !== undefined) enforced[field] = live[field];
  }
  const keepsOwner = ownership !== undefined && kept.some(({ adopts }) => adopts);
  return {
    ...question,
    enforced,
    createDefaults,
    ...(keepsOwner ? { ownership: { ...ownership, adopts: false } } : {}),
  };
}

function inTableOrder({ fields }: Table, differences: Difference[]): Difference[] {
  const order = Object.keys(fields);
  return differences.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
}
