import type { BrokerState } from "../../observe/broker-state.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { idOfStream } from "../../topology/fields/names.ts";
import type { Action } from "../action.ts";
import { claimed, released } from "../handover/claims.ts";
import { knownConfigs, type StreamWrite, streamWrites, subjectsOf } from "../stream-write.ts";
import type { Finding, Problem } from "./problem.ts";

/**
 * Subjects that another stream has and this plan does not make it let go of. What a write lets go of is free for
 * others, also where two exchange their subjects. Should that write be barred itself, this is asked again.
 */
export function subjectFindings(actions: Action[], seen: BrokerState): Finding[] {
  const writes = streamWrites(actions);
  const kept = new Map([...knownConfigs(seen)].map(([name, config]) => [name, subjectsOf(config)]));
  for (const { config, live } of writes) {
    const after = new Set(subjectsOf(config));
    if (live)
      kept.set(
        config.name,
        subjectsOf(live).filter((subject) => after.has(subject)),
      );
  }
  const index = new SubjectIndex<string>();
  for (const [stream, subjects] of kept) for (const subject of subjects) index.add(subject, stream);
  const takenFrom = new Map<StreamWrite, Taken>();
  for (const write of writes) {
    const by = taker(write, { index, kept }, seen);
    if (by) takenFrom.set(write, by);
  }
  addThoseOfKept(takenFrom, writes);
  const byStream = new Map(
    actions.flatMap((action) => (action.resource.kind === "consumer" ? [] : [[action.resource.stream, action]])),
  );
  return [...takenFrom].map(([write, by]) => ({ id: write.resource.id, problem: taken(by, byStream) }));
}

/** A stream that cannot take a subject keeps all that it has, also what others are to take from it. */
function addThoseOfKept(takenFrom: Map<StreamWrite, Taken>, writes: StreamWrite[]): void {
  if (takenFrom.size === 0) return;
  const claims = new SubjectIndex<StreamWrite>();
  for (const write of writes) for (const subject of claimed(write)) claims.add(subject, write);
  // A map gives what is added while it is gone through, too.
  for (const keeper of takenFrom.keys()) {
    for (const theirs of released(keeper)) {
      for (const { owner: write, subject } of claims.everyOverlap(theirs)) {
        if (write === keeper || takenFrom.has(write)) continue;
        takenFrom.set(write, { subject, stream: keeper.config.name, theirs });
      }
    }
  }
}

/** The subjects that each live stream keeps, by the stream and to be asked for. */
interface Kept {
  index: SubjectIndex<string>;
  kept: ReadonlyMap<string, string[]>;
}

interface Taken {
  subject: string;
  stream: string;
  /** What the stream has; `undefined` where only its name is known. */
  theirs: string | undefined;
}

function taker(write: StreamWrite, { index, kept }: Kept, { extra }: BrokerState): Taken | undefined {
  for (const subject of claimed(write)) {
    const known = index.firstOverlap(subject, write.config.name);
    if (known) return { subject, stream: known.owner, theirs: known.subject };
    const unknown = extra.owners.get(subject)?.find((name) => name !== write.config.name && !kept.has(name));
    if (unknown !== undefined) return { subject, stream: unknown, theirs: undefined };
  }
  return undefined;
}

function taken({ subject, stream, theirs }: Taken, byStream: ReadonlyMap<string, Action>): Problem {
  const owner = byStream.get(stream);
  const id = owner?.resource.id ?? idOfStream(stream);
  const what =
    theirs === undefined || theirs === subject ? `"${subject}" is` : `"${subject}" overlaps "${theirs}", which is`;
  if (owner?.does === "fail") {
    // It may well be to let go of it: nobody knows before it can be read.
    const remedy = `${id} could not be read, so nothing is taken from it: run again when it can`;
    return { code: 10065, what: `${what} a subject of ${id} already`, remedy, fields: ["subjects"] };
  }
  return {
    code: 10065,
    what: `${what} a subject of ${id} already${owner ? ", which this plan does not change" : ""}`,
    remedy: `a message may belong to one stream only: take the subject from ${id}, or declare another`,
    fields: ["subjects"],
  };
}
