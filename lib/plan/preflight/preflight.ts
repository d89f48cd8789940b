import type { BrokerState } from "../../observe/broker-state.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";
import type { Action } from "../action.ts";
import { circlesWithoutBeginning, forbiddenHandovers, releasesWithoutClaim } from "../handover/findings.ts";
import { barred } from "./bar.ts";
import { consumerConfigFindings } from "./consumer-config.ts";
import { consumerLimitFindings } from "./consumer-limits.ts";
import { consumerFindings } from "./consumers.ts";
import type { Finding } from "./problem.ts";
import { quotaFindings } from "./quota/quota-findings.ts";
import { configFindings } from "./stream-config.ts";
import { subjectFindings } from "./subject-overlaps.ts";

/** In this order: who is out for one thing takes no room from the others. */
const CHECKS: Check[] = [
  forbiddenHandovers,
  configFindings,
  subjectFindings,
  quotaFindings,
  consumerConfigFindings,
  consumerFindings,
  consumerLimitFindings,
  releasesWithoutClaim,
  circlesWithoutBeginning,
];

/** What of the actions cannot work; `declared` is all that the topology declares, also what this run does not look at. */
export type Check = (actions: Action[], seen: BrokerState, declared: ResolvedResource[]) => Finding[];

/**
 * Takes out of a plan what the server would refuse, before the first write: a create is refused, a field of an update
 * held, and the rest goes on. Pure. Where what a check needs is not known, the server decides.
 *
 * What one check takes out changes what the others see, so they start again from the first; each time less is
 * written, so it ends.
 */
export function preflight(actions: Action[], seen: BrokerState, declared: ResolvedResource[] = []): Action[] {
  for (let current = actions; ; ) {
    const findings = firstFindings((check) => check(current, seen, declared));
    if (findings.length === 0) return current;
    const problems = Map.groupBy(findings, ({ id }) => id);
    current = current.map((action) => {
      const its = problems.get(action.resource.id) ?? [];
      return its.reduce((left, { problem }) => barred(left, problem), action);
    });
  }
}

function firstFindings(made: (check: Check) => Finding[]): Finding[] {
  for (const check of CHECKS) {
    const findings = made(check);
    if (findings.length > 0) return findings;
  }
  return [];
}
