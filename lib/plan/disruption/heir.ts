import { filtersOf } from "../../jetstream/filters.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { covers, intersection } from "../../subjects/subjects.ts";
import type { ResolvedResource, ResolvedTopology } from "../../topology/resolve/resolved.ts";
import type { HeirOfPart } from "../fields/field.ts";

/** Who takes over what a resource gives up. */
export interface Heirs {
  /**
   * The id of the first declared resource that takes over all of a subject: a stream that is to store it, or a consumer
   * of the same stream that is to deliver it. Where the heir cannot take it, the preflight holds what it would have been
   * given.
   */
  of(giver: ResolvedResource, subject: string): string | undefined;
  /** Those that take over only a part of a subject, each with the part, in the topology's order. */
  ofParts(giver: ResolvedResource, subject: string): HeirOfPart[];
}

/**
 * The heirs of what some resources give up. They are indexed when the first subject is asked for: few plans give one up.
 *
 * A stream may be one also where the run does not look at it: the giver keeps the subject then, and the preflight says
 * to run for the heir too. Told as lost it could be approved, and would be kept all the same.
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

/** Streams take over from streams, and a stream's consumers from one another. */
function groupOf({ kind, stream }: ResolvedResource): string {
  return kind === "consumer" ? stream : "";
}
