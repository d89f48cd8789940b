import type { BrokerState } from "../../observe/broker-state.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";
import type { Action } from "../action.ts";
import { circlesWithoutBeginning, forbiddenHandovers, releasesWithoutClaim } from "../subject-handover/findings.ts";
import { bar } from "./bar.ts";
import { consumerConfigFindings } from "./consumer-config.ts";
import { consumerLimitFindings } from "./consumer-limits.ts";
import { consumerFindings } from "./consumers.ts";
import type { Finding } from "./problem.ts";
import { quotaFindings } from "./quota/quota-findings.ts";
import { streamConfigFindings } from "./stream-config.ts";
import { subjectFindings } from "./subject-overlaps.ts";

/** The checks, in this order: a resource that one check rejected must not use quota in later checks. */
const CHECKS: Check[] = [
  forbiddenHandovers,
  streamConfigFindings,
  subjectFindings,
  quotaFindings,
  consumerConfigFindings,
  consumerFindings,
  consumerLimitFindings,
  releasesWithoutClaim,
  circlesWithoutBeginning,
];

/**
 * Finds what cannot work. `declared` is everything that the topology declares, including what this run does not look
 * at.
 */
export type Check = (actions: Action[], broker: BrokerState, declared: ResolvedResource[]) => Finding[];

/**
 * Takes out of a plan what the server would refuse, before the first write. A create is refused, a field of an update
 * is held, and the rest goes on. The function is pure. If a check does not know enough, the server decides.
 *
 * What one check takes out changes what the other checks see, so they start again from the first. Each round writes
 * less, so the rounds end.
 */
export function preflight(actions: Action[], broker: BrokerState, declared: ResolvedResource[] = []): Action[] {
  for (let current = actions; ; ) {
    const findings = firstFindings((check) => check(current, broker, declared));
    if (findings.length === 0) return current;
    const problems = Map.groupBy(findings, ({ id }) => id);
    current = current.map((action) => {
      const own = problems.get(action.resource.id) ?? [];
      return own.reduce((left, { problem }) => bar(left, problem), action);
    });
  }
}

function firstFindings(runCheck: (check: Check) => Finding[]): Finding[] {
  for (const check of CHECKS) {
    const findings = runCheck(check);
    if (findings.length > 0) return findings;
  }
  return [];
}
