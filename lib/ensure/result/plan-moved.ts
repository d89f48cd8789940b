import { partInPlanId } from "../../plan/plan-id.ts";
import { approvableOf } from "../../report/next-steps.ts";
import type { ReportedError, Result } from "../../report/result.ts";
import { ofResources } from "../../report/sentences.ts";
import { impactText } from "../../report/words.ts";
import { valueText } from "../../text/text.ts";

/** How many differences the message names. */
const MOST_NAMED = 5;

/** The error of a run whose approval does not fit the plan. It names what a user would approve now. */
export function planMoved(approved: string, now: Result): ReportedError {
  const held = now.resources.flatMap((resource) =>
    approvableOf(resource).map(({ field, live, declared, impact, forecast }) => {
      return `${resource.id} ${field} ${valueText(live)} → ${valueText(declared)} (${impactText(impact, forecast)})`;
    }),
  );
  const more = held.length > MOST_NAMED ? `, and ${held.length - MOST_NAMED} more` : "";
  const what = held.length === 0 ? "nothing that needs approval" : `${held.slice(0, MOST_NAMED).join(", ")}${more}`;
  const why = ofOtherResources(approved, now);
  const message =
    why === undefined
      ? `The plan ${approved} was approved, but the broker or the topology has moved since, and nothing was changed. ` +
        `The plan is ${now.planId} now, with ${what}: look at it, and approve that one.`
      : `The plan ${approved} is of ${why}. Nothing was changed. The plan of what this run looks at is ${now.planId}, ` +
        `with ${what}.`;
  return { class: "conflict", message };
}

/** Why the approved plan is about other resources than this run. `undefined` if it may be about the same ones. */
function ofOtherResources(approved: string, now: Result): string | undefined {
  const [approvedPart, currentPart] = [partInPlanId(approved), partInPlanId(now.planId ?? "")];
  if (approvedPart === currentPart) return undefined;
  const { resources, declared } = now.lookedAt;
  if (currentPart === undefined) {
    return `some resources only, and this run looks at all ${declared} of the topology: give it the same "only"`;
  }
  return approvedPart === undefined
    ? `the whole topology, and this run looks at ${ofResources(resources, declared)}: leave "only" out, or approve the ` +
        "plan of this part"
    : `other resources than the ${resources} of ${declared} that this run looks at: give it the same "only"`;
}
