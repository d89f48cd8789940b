import type { Action } from "../action.ts";
import { claimed, handedOver, released } from "../claims.ts";
import type { Seen } from "../plan.ts";
import { streamWrites } from "../stream-write.ts";
import type { Finding } from "./problem.ts";

/**
 * Subjects that a stream would give up for another declared one that cannot take them now: given up all the same,
 * their messages would be stored by nobody. A stream that this run's user may not write cannot take any.
 */
export function handoverFindings(actions: Action[], { mayWrite = () => true }: Pick<Seen, "mayWrite">): Finding[] {
  const writes = streamWrites(actions);
  const owners = writes.filter((write) => released(write).length > 0);
  if (owners.length === 0) return [];
  const byId = new Map(writes.map((write) => [write.resource.id, write]));
  const waiting = actions.flatMap(({ resource }) => {
    if (resource.kind === "consumer") return [];
    const write = byId.get(resource.id);
    const can = write && mayWrite(write.live ? "update" : "create", resource.stream);
    const taken = new Set(can ? claimed(write) : []);
    return [{ resource, wanted: (resource.enforced.subjects ?? []).filter((subject) => !taken.has(subject)) }];
  });
  return owners.flatMap((owner) => {
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
