import { mayBeApproved } from "../report/next-steps.ts";
import type { ReportedError, Result } from "../report/result.ts";
import { impactText, valueText } from "../report/text.ts";

const MOST_NAMED = 5;

/** Why an approval is not taken: what would be approved now, for a person to look at again. */
export function planMoved(approved: string, now: Result): ReportedError {
  const held = now.resources.flatMap(({ id, differences }) =>
    differences.filter(mayBeApproved).map(({ field, live, declared, impact, forecast }) => {
      return `${id} ${field} ${valueText(live)} → ${valueText(declared)} (${impactText(impact, forecast)})`;
    }),
  );
  const more = held.length > MOST_NAMED ? `, and ${held.length - MOST_NAMED} more` : "";
  const what = held.length === 0 ? "nothing that needs approval" : `${held.slice(0, MOST_NAMED).join(", ")}${more}`;
  const message =
    `The plan ${approved} was approved, but the broker or the topology has moved since, and nothing was changed. ` +
    `The plan is ${now.planId} now, with ${what}: look at it, and approve that one.`;
  return { class: "conflict", message };
}
