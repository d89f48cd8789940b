import { count } from "../text/text.ts";
import type { Forecast, Impact, Outcome, ReportedDifference } from "./result.ts";

/** The outcomes of a resource in words. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  unchanged: "unchanged",
  created: "created",
  updated: "updated",
  toCreate: "to create",
  toUpdate: "to update",
  held: "held",
  failed: "failed",
};

/** The outcomes of a difference in words. */
export const DIFFERENCE_WORDS: Record<ReportedDifference["outcome"], string> = {
  applied: "applied",
  toApply: "to apply",
  held: "held",
};

/** An impact with its forecast: `lossy: 3 messages`, `lossy: at most 15 messages`, `lossy: nothing now`. */
export function impactText(impact: Impact, forecast?: Forecast): string {
  if (!forecast) return impact;
  const { messages, certainty } = forecast;
  if (certainty === "unknown") return `${impact}: unknown number`;
  if (messages === 0) return `${impact}: nothing now`;
  return `${impact}: ${certainty === "at most" ? "at most " : ""}${count(messages, "message")}`;
}
