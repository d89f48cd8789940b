import type { BrokerState } from "../../observe/broker-state.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { idOfStream } from "../../topology/fields/names.ts";
import type { Action } from "../action.ts";
import { knownConfigs, type StreamWrite, streamWrites, subjectsOf } from "../stream-write.ts";
import { claimedSubjects, releasedSubjects } from "../subject-handover/claims.ts";
import type { Finding, Problem } from "./problem.ts";

/**
 * Finds claims of a subject that another stream has and keeps after this plan. A subject that a write releases is free
 * for other streams, even if two streams exchange their subjects. If that write is barred itself, the preflight runs
 * this check again.
 */
export function subjectFindings(actions: Action[], broker: BrokerState): Finding[] {
  const writes = streamWrites(actions);
  const kept = new Map([...knownConfigs(broker)].map(([name, config]) => [name, subjectsOf(config)]));
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
  const conflicts = new Map<StreamWrite, Conflict>();
  for (const write of writes) {
    const conflict = conflictOf(write, { index, kept }, broker);
    if (conflict) conflicts.set(write, conflict);
  }
  addClaimsOnKeepers(conflicts, writes);
  const byStream = new Map(
    actions.flatMap((action) => (action.resource.kind === "consumer" ? [] : [[action.resource.stream, action]])),
  );
  return [...conflicts].map(([write, conflict]) => ({ id: write.resource.id, problem: problemOf(conflict, byStream) }));
}

/** A stream that cannot claim a subject keeps all that it has, including what other streams were to claim from it. */
function addClaimsOnKeepers(conflicts: Map<StreamWrite, Conflict>, writes: StreamWrite[]): void {
  if (conflicts.size === 0) return;
  const claims = new SubjectIndex<StreamWrite>();
  for (const write of writes) for (const subject of claimedSubjects(write)) claims.add(subject, write);
  // The loop also reaches the entries that it adds to the map.
  for (const keeper of conflicts.keys()) {
    for (const theirs of releasedSubjects(keeper)) {
      for (const { owner: write, subject } of claims.everyOverlap(theirs)) {
        if (write === keeper || conflicts.has(write)) continue;
        conflicts.set(write, { subject, stream: keeper.config.name, theirs });
      }
    }
  }
}

/** The subjects that each live stream keeps: by stream, and as an index. */
interface KeptSubjects {
  index: SubjectIndex<string>;
  kept: ReadonlyMap<string, string[]>;
}

interface Conflict {
  subject: string;
  stream: string;
  /** The subject that the other stream has; `undefined` if only the stream's name is known. */
  theirs: string | undefined;
}

function conflictOf(write: StreamWrite, { index, kept }: KeptSubjects, { extra }: BrokerState): Conflict | undefined {
  for (const subject of claimedSubjects(write)) {
    const known = index.firstOverlap(subject, write.config.name);
    if (known) return { subject, stream: known.owner, theirs: known.subject };
    const unknown = extra.owners.get(subject)?.find((name) => name !== write.config.name && !kept.has(name));
    if (unknown !== undefined) return { subject, stream: unknown, theirs: undefined };
  }
  return undefined;
}

function problemOf({ subject, stream, theirs }: Conflict, byStream: ReadonlyMap<string, Action>): Problem {
  const owner = byStream.get(stream);
  const id = owner?.resource.id ?? idOfStream(stream);
  const what =
    theirs === undefined || theirs === subject ? `"${subject}" is` : `"${subject}" overlaps "${theirs}", which is`;
  if (owner?.does === "fail") {
    // The topology may want it to release the subject: nobody knows before the stream can be read.
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
