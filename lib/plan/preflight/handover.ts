import type { Action } from "../action.ts";
import { claimed, handedOver } from "../claims.ts";
import { streamWrites } from "../stream-write.ts";
import type { Finding } from "./problem.ts";

/**
 * Subjects that a stream would give up for another declared one that cannot take them now: given up all the same,
 * their messages would be stored by nobody.
 */
export function handoverFindings(actions: Action[]): Finding[] {
  const writes = streamWrites(actions);
  const waiting = actions.flatMap(({ resource }) => {
    if (resource.kind === "consumer") return [];
    const write = writes.find((each) => each.resource.id === resource.id);
    const taken = new Set(write ? claimed(write) : []);
    return [{ resource, wanted: (resource.enforced.subjects ?? []).filter((subject) => !taken.has(subject)) }];
  });
  return writes.flatMap((owner) => {
    const heir = waiting.find(({ resource, wanted }) => {
      return resource.id !== owner.resource.id && handedOver(owner, wanted).length > 0;
    });
    if (!heir) return [];
    const subjects = handedOver(owner, heir.wanted).join(", ");
    const problem = {
      code: 10065,
      what: `${subjects} would be stored by nobody, for ${heir.resource.id}, which is to take it over, cannot now`,
      remedy: `mend ${heir.resource.id} first`,
      fields: ["subjects"],
    };
    return [{ id: owner.resource.id, problem }];
  });
}
