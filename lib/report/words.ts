import { count } from "../text/text.ts";
import type { Forecast, Impact, Outcome, ReportedDifference } from "./result.ts";

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

/** `lossy: 3 messages`, `lossy: at most 15 messages`, `lossy: nothing now`; other impacts as they are. */
export function impactText(impact: Impact, forecast?: Forecast): string {
  if (!forecast) return impact;
  const { messages, certainty } = forecast;
  if (certainty === "unknown") return `${impact}: unknown number`;
  if (messages === 0) return `${impact}: nothing now`;
  return `${impact}: ${certainty === "at most" ? "at most " : ""}${count(messages, "message")}`;
}
