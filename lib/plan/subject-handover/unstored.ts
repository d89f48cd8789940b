import type { BrokerState } from "../../observe/broker-state.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import type { Action } from "../action.ts";
import { knownConfigs, streamWrite, subjectsOf, unknownStreams } from "../stream-write.ts";
import { claimedSubjects } from "./claims.ts";

/**
 * Adds a reason to each update that claims a subject which no live stream stores. A run that was killed between a
 * release and its claim leaves such a subject behind. The next run claims it, and this reason says so.
 */
export function explainUnstored(actions: Action[], broker: BrokerState): Action[] {
  const claims = new Map(
    actions.flatMap((action) => {
      const write = action.does === "update" ? streamWrite(action) : undefined;
      const subjects = write ? claimedSubjects(write) : [];
      return subjects.length > 0 ? [[action, subjects]] : [];
    }),
  );
  if (claims.size === 0) return actions;
  const stored = new SubjectIndex<string>();
  for (const [name, config] of knownConfigs(broker))
    for (const subject of subjectsOf(config)) stored.add(subject, name);
  const areAllKnown = unknownStreams(broker)?.length === 0;
  const isUnstored = (subject: string) =>
    stored.firstOverlap(subject) === undefined && (areAllKnown || broker.extra.owners.get(subject)?.length === 0);
  return actions.map((action) => {
    const subjects = claims.get(action)?.filter(isUnstored) ?? [];
    return subjects.length > 0 ? withReason(action, `no stream stored ${subjects.join(", ")} until now`) : action;
  });
}

function withReason(action: Action, reason: string): Action {
  if (action.does !== "update") return action;
  const differences = action.decision.differences.map((difference) => {
    if (difference.field !== "subjects") return difference;
    const reasons = [difference.verdict.reason, reason].filter((each) => each !== undefined);
    return { ...difference, verdict: { ...difference.verdict, reason: reasons.join("; ") } };
  });
  return { ...action, decision: { ...action.decision, differences } };
}
