import { SubjectIndex } from "../../subjects/subject-index.ts";
import type { StreamWrite } from "../stream-write.ts";
import { claimedSubjects, releasedSubjects } from "./claims.ts";

/** A subject that moves from one stream to another: the old stream releases it, then the new stream claims it. */
export interface Handover {
  from: StreamWrite;
  to: StreamWrite;
  /** The subject as the old stream has it. */
  released: string;
  /** The subject as the new stream wants it. It overlaps the released one. */
  claimed: string;
}

/**
 * Pairs each released subject with the writes that claim it. It needs one look-up for each released subject, and none
 * if nothing is released.
 */
export function handoversOf(writes: StreamWrite[]): Handover[] {
  const releases = writes.flatMap((from) => releasedSubjects(from).map((subject) => ({ from, subject })));
  if (releases.length === 0) return [];
  const claims = new SubjectIndex<StreamWrite>();
  for (const write of writes) for (const subject of claimedSubjects(write)) claims.add(subject, write);
  return releases.flatMap(({ from, subject }) =>
    claims.everyOverlap(subject).flatMap(({ owner: to, subject: claim }): Handover[] => {
      return to === from ? [] : [{ from, to, released: subject, claimed: claim }];
    }),
  );
}
