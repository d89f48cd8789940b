import { partInPlanId } from "../../plan/plan-id.ts";
import { approvableOf } from "../../report/next-steps.ts";
import type { ReportedError, Result } from "../../report/result.ts";
import { ofResources } from "../../report/sentences.ts";
import { impactText } from "../../report/words.ts";
import { valueText } from "../../text/text.ts";

const MOST_NAMED = 5;

/** Why an approval is not taken: what would be approved now, for a person to look at again. */
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

/** Why an approval does not belong to this run, whatever the broker has become since; `undefined` where it may. */
function ofOtherResources(approved: string, now: Result): string | undefined {
  const [then, here] = [partInPlanId(approved), partInPlanId(now.planId ?? "")];
  if (then === here) return undefined;
  const { resources, declared } = now.lookedAt;
  if (here === undefined) {
    return `some resources only, and this run looks at all ${declared} of the topology: give it the same "only"`;
  }
  return then === undefined
    ? `the whole topology, and this run looks at ${ofResources(resources, declared)}: leave "only" out, or approve the ` +
        "plan of this part"
    : `other resources than the ${resources} of ${declared} that this run looks at: give it the same "only"`;
}
