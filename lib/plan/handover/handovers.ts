import { SubjectIndex } from "../../subjects/subject-index.ts";
import type { StreamWrite } from "../stream-write.ts";
import { claimed, released } from "./claims.ts";

/** Messages that one stream stores now and another one is to store: the old owner lets go, then the new one claims. */
export interface Handover {
  from: StreamWrite;
  to: StreamWrite;
  /** The subject as the old owner has it. */
  released: string;
  /** The subject as the new owner wants it: it overlaps the released one. */
  claimed: string;
}

/** Who releases what to whom. One look-up for each released subject, and none where nothing is released. */
export function handoversOf(writes: StreamWrite[]): Handover[] {
  const releases = writes.flatMap((from) => released(from).map((subject) => ({ from, subject })));
  if (releases.length === 0) return [];
  const claims = new SubjectIndex<StreamWrite>();
  for (const write of writes) for (const subject of claimed(write)) claims.add(subject, write);
  return releases.flatMap(({ from, subject }) =>
    claims.everyOverlap(subject).flatMap(({ owner: to, subject: claim }): Handover[] => {
      return to === from ? [] : [{ from, to, released: subject, claimed: claim }];
    }),
  );
}
