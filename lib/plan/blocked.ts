import { PERMISSION_OF } from "../report/approval.ts";
import type { Action } from "./action.ts";
import { type Difference, decide } from "./decide.ts";
import { withEverythingAllowed } from "./everything-allowed.ts";

type Existing = Extract<Action, { does: "update" | "hold" }>;

/**
 * Marks the held differences that an approval of the plan would not apply either. Without the mark a user could approve
 * the plan, and would get the same plan again. An example is a subject whose new stream is not part of the run.
 *
 * 1. Decide about the same resources with everything allowed, as an approval does.
 * 2. Check that plan as this one was checked.
 * 3. Mark what is held in both as blocked, with the reason from the second.
 *
 * If no held difference waits for an approval, the function decides nothing again.
 *
 * @param planned the plan after its check
 * @param wanted the same plan before its check
 */
export function markBlocked(planned: Action[], wanted: Action[], check: (actions: Action[]) => Action[]): Action[] {
  if (!planned.some((action) => waitsForApproval(action))) return planned;
  const approved = new Map(check(wanted.map(withApproval)).map((action) => [action.resource.id, action]));
  return planned.map((action) => {
    const afterApproval = approved.get(action.resource.id);
    return waitsForApproval(action) && isExisting(afterApproval) ? withBlocked(action, afterApproval) : action;
  });
}

function isExisting(action: Action | undefined): action is Existing {
  return action?.does === "update" || action?.does === "hold";
}

/**
 * Whether an approval could apply a held difference. An approval writes nothing of another topology's resource, and
 * nothing of a resource that is only observed.
 */
function waitsForApproval(action: Action): action is Existing {
  if (!isExisting(action) || action.resource.policy.manage === "observe") return false;
  return action.decision.owner === undefined && action.decision.differences.some(needsApproval);
}

function needsApproval({ held, verdict }: Difference): boolean {
  return held && PERMISSION_OF[verdict.impact] !== undefined;
}

function withApproval(action: Action): Action {
  if (!waitsForApproval(action)) return action;
  const { table } = action;
  const policy = withEverythingAllowed(action.question.policy);
  const about = { resource: { ...action.resource, policy }, table, question: { ...action.question, policy } };
  const { update, ...decision } = decide(table, about.question);
  return update
    ? { ...about, does: "update", decision: { ...decision, update } }
    : { ...about, does: "hold", decision };
}

function withBlocked(action: Existing, afterApproval: Existing): Action {
  const reasons = new Map(
    afterApproval.decision.differences.flatMap(({ field, held, verdict }) => (held ? [[field, verdict.reason]] : [])),
  );
  const blocked = action.decision.differences.map((difference): Difference => {
    if (!needsApproval(difference) || !reasons.has(difference.field)) return difference;
    const reason = reasons.get(difference.field);
    const verdict = reason === undefined ? difference.verdict : { ...difference.verdict, reason };
    return { ...difference, verdict, blocked: true };
  });
  if (!blocked.some((difference) => difference.blocked)) return action;
  const barred = action.barred ?? afterApproval.barred;
  return {
    ...action,
    decision: { ...action.decision, differences: blocked },
    ...(barred === undefined ? {} : { barred }),
  } as Existing;
}
