import type { Outcome, ReportedDifference } from "./result.ts";

/** What became of a resource, as a person reads it. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  unchanged: "unchanged",
  created: "created",
  updated: "updated",
  toCreate: "to create",
  toUpdate: "to update",
  held: "held",
  failed: "failed",
};

/** What becomes of a difference. */
export const DIFFERENCE_WORDS: Record<ReportedDifference["outcome"], string> = {
  applied: "applied",
  toApply: "to apply",
  held: "held",
};
