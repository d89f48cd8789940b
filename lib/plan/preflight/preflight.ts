import type { Action } from "../action.ts";
import type { Seen } from "../plan.ts";
import { barred } from "./bar.ts";
import { configFindings } from "./config.ts";
import { consumerFindings } from "./consumers.ts";
import { handoverFindings } from "./handover.ts";
import type { Finding } from "./problem.ts";
import { roomFindings } from "./room.ts";
import { subjectFindings } from "./subjects.ts";

/** In this order: who is out for one thing takes no room from the others. */
const CHECKS: ((actions: Action[], seen: Seen) => Finding[])[] = [
  configFindings,
  subjectFindings,
  roomFindings,
  consumerFindings,
  handoverFindings,
];

/**
 * Takes out of a plan what the server would refuse, before the first write: a create is refused, a field of an update
 * held, and the rest goes on. Pure. Where what a check needs is not known, the server decides.
 *
 * What one check takes out changes what the others see, so they start again from the first; each time less is
 * written, so it ends.
 */
export function preflight(actions: Action[], seen: Seen): Action[] {
  for (let current = actions; ; ) {
    const findings = firstFindings(current, seen);
    if (findings.length === 0) return current;
    const problems = new Map(findings.map(({ id, problem }) => [id, problem]));
    current = current.map((action) => {
      const problem = problems.get(action.resource.id);
      return problem ? barred(action, problem) : action;
    });
  }
}

function firstFindings(actions: Action[], seen: Seen): Finding[] {
  for (const check of CHECKS) {
    const findings = check(actions, seen);
    if (findings.length > 0) return findings;
  }
  return [];
}
