import { filtersOf } from "../../jetstream/filters.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { covers, intersection } from "../../subjects/subjects.ts";
import type { ResolvedResource, ResolvedTopology } from "../../topology/resolve/resolved.ts";
import type { HeirOfPart } from "../fields/field.ts";

/** The resources that take over what another resource gives up. */
export interface Heirs {
  /**
   * Returns the id of the first declared resource that takes over all of a subject: a stream that will store it, or a
   * consumer of the same stream that will deliver it. If the heir cannot take the subject, the preflight holds the
   * change.
   */
  of(giver: ResolvedResource, subject: string): string | undefined;
  /** Returns the resources that take over only a part of a subject, each with the part, in the topology's order. */
  ofParts(giver: ResolvedResource, subject: string): HeirOfPart[];
}

/**
 * Finds the heirs of what some resources give up. The heirs are indexed when the first subject is asked for, because
 * few plans give one up.
 *
 * A stream may be an heir even if this run does not look at it: the giver then keeps the subject, and the preflight
 * says to run for the heir too. If the plan reported the subject as lost, a user could approve that, and the giver
 * would still keep the subject.
 *
 * @param resources what the run looks at
 */
export function heirsAmong(topology: ResolvedTopology, resources: ResolvedResource[]): Heirs {
  let indexes: ReadonlyMap<string, SubjectIndex<string>> | undefined;
  const overlapping = (giver: ResolvedResource, subject: string) => {
    indexes ??= indexesOf([
      ...topology.resources.filter(({ kind }) => kind !== "consumer"),
      ...resources.filter(({ kind }) => kind === "consumer"),
    ]);
    const entries = indexes.get(groupOf(giver))?.everyOverlap(subject) ?? [];
    return entries.filter(({ owner }) => owner !== giver.id).sort((a, b) => a.order - b.order);
  };
  return {
    of: (giver, subject) => overlapping(giver, subject).find((entry) => covers(entry.subject, subject))?.owner,
    ofParts: (giver, subject) =>
      overlapping(giver, subject).flatMap((entry) => {
        const part = covers(entry.subject, subject) ? undefined : intersection(entry.subject, subject);
        return part === undefined ? [] : { subject: part, heir: entry.owner };
      }),
  };
}

function indexesOf(resources: ResolvedResource[]): ReadonlyMap<string, SubjectIndex<string>> {
  const indexes = new Map<string, SubjectIndex<string>>();
  for (const resource of resources) {
    if (resource.policy.manage === "observe") continue;
    const group = groupOf(resource);
    const index = indexes.get(group) ?? new SubjectIndex<string>();
    indexes.set(group, index);
    const subjects = resource.kind === "consumer" ? filtersOf(resource.enforced) : (resource.enforced.subjects ?? []);
    for (const subject of subjects) index.add(subject, resource.id);
  }
  return indexes;
}

/** The group whose members take over from one another: all streams, or the consumers of one stream. */
function groupOf({ kind, stream }: ResolvedResource): string {
  return kind === "consumer" ? stream : "";
}
