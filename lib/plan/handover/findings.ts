import type { ResolvedResource } from "../../topology/resolved.ts";
import { SubjectIndex } from "../../topology/subject-index.ts";
import type { Action } from "../action.ts";
import { claimed, released } from "../claims.ts";
import type { Seen } from "../plan.ts";
import type { Finding, Problem } from "../preflight/problem.ts";
import { knownConfigs, type StreamWrite, streamWrites, subjectsOf } from "../stream-write.ts";
import { handoversOf } from "./handovers.ts";
import { handoverSequences } from "./sequence.ts";

/**
 * Subjects that a stream would release to another declared one that cannot claim them in this run: they would be stored
 * by nobody. The other one may be held, only observed, unreadable, or not looked at.
 *
 * @param declared every stream of the topology, also those that this run does not look at
 */
export function releasesWithoutClaim(actions: Action[], seen: Seen, declared: ResolvedResource[]): Finding[] {
  const writes = streamWrites(actions);
  const releasing = writes.filter((write) => released(write).length > 0);
  if (releasing.length === 0) return [];
  const waiting = subjectsNotClaimed(actions, writes, seen, declared);
  const lookedAt = new Set(actions.map(({ resource }) => resource.id));
  const kept = new Map<StreamWrite, Kept>();
  for (const write of releasing) {
    for (const subject of released(write)) {
      for (const { owner } of waiting.everyOverlap(subject)) {
        if (owner.id !== write.resource.id) keep(kept, write, subject, owner);
      }
    }
  }
  addThoseOfKept(kept, releasing);
  return [...kept].map(([write, { heir, subjects }]) => ({
    id: write.resource.id,
    problem: keptFor(heir, subjects, lookedAt.has(heir.id)),
  }));
}

/** What a stream cannot release, because of the first heir that cannot claim it. */
interface Kept {
  heir: ResolvedResource;
  subjects: Set<string>;
}

function keep(kept: Map<StreamWrite, Kept>, write: StreamWrite, subject: string, heir: ResolvedResource): void {
  const known = kept.get(write);
  if (known === undefined) kept.set(write, { heir, subjects: new Set([subject]) });
  else if (known.heir === heir) known.subjects.add(subject);
}

/** A stream that keeps a subject takes none either, and so those that were to release one to it keep theirs. */
function addThoseOfKept(kept: Map<StreamWrite, Kept>, releasing: StreamWrite[]): void {
  if (kept.size === 0) return;
  const releases = new SubjectIndex<StreamWrite>();
  for (const write of releasing) for (const subject of released(write)) releases.add(subject, write);
  // A map gives what is added while it is gone through, too.
  for (const keeper of kept.keys()) {
    for (const claim of claimed(keeper)) {
      for (const { owner, subject } of releases.everyOverlap(claim)) {
        if (owner !== keeper) keep(kept, owner, subject, keeper.resource);
      }
    }
  }
}

function keptFor({ id }: ResolvedResource, subjects: Set<string>, isLookedAt: boolean): Problem {
  const why = isLookedAt ? "cannot now" : "is not part of this run";
  return {
    code: 10065,
    what: `it keeps ${[...subjects].join(", ")}: ${id}, which is to take it over, ${why}, so that nobody would store it`,
    remedy: isLookedAt ? `mend ${id} first` : `run for ${id} too`,
    fields: ["subjects"],
  };
}

/**
 * Subjects that a declared stream is to have, does not have yet, and does not claim in this plan. It may have them while
 * another stream has them too: a server that is not clustered lets two claims in that come at the same moment.
 */
function subjectsNotClaimed(
  actions: Action[],
  writes: StreamWrite[],
  seen: Seen,
  declared: ResolvedResource[],
): SubjectIndex<ResolvedResource> {
  const claims = new Map(writes.map((write) => [write.resource.id, new Set(claimed(write))]));
  const configs = knownConfigs(seen);
  const looked = new Map(actions.map(({ resource }) => [resource.id, resource]));
  const index = new SubjectIndex<ResolvedResource>();
  for (const resource of [...looked.values(), ...declared.filter(({ id }) => !looked.has(id))]) {
    if (resource.kind === "consumer") continue;
    const live = configs.get(resource.stream);
    const has = new Set(live ? subjectsOf(live) : []);
    for (const subject of subjectsOf({ name: resource.stream, ...resource.enforced })) {
      if (!has.has(subject) && !claims.get(resource.id)?.has(subject)) index.add(subject, resource);
    }
  }
  return index;
}

/** Streams that exchange all the subjects they have: a stream must keep one, so that none of them can begin. */
export function circlesWithoutBeginning(actions: Action[]): Finding[] {
  return handoverSequences(streamWrites(actions)).flatMap(({ stuck, members }) =>
    stuck.map((write) => {
      const others = members.filter((each) => each !== write).map(({ resource }) => resource.id);
      const problem: Problem = {
        code: 10065,
        what: `it exchanges subjects with ${others.join(", ")}, and no one of them has a subject to keep while it lets go`,
        remedy: "declare one more subject for it until the exchange is done",
        fields: ["subjects"],
      };
      return { id: write.resource.id, problem };
    }),
  );
}

/** Streams in a handover that the user of this run may not write: the handover would break in the middle. */
export function forbiddenHandovers(actions: Action[], { mayWrite }: Pick<Seen, "mayWrite">): Finding[] {
  if (mayWrite === undefined) return [];
  const writes = new Set(handoversOf(streamWrites(actions)).flatMap(({ from, to }) => [from, to]));
  return [...writes].flatMap(({ config, live, resource }) => {
    const verb = live ? "update" : "create";
    if (mayWrite(verb, config.name)) return [];
    const problem: Problem = {
      class: "auth",
      what: `the user may not publish to STREAM.${verb.toUpperCase()}.${config.name} of the JetStream API`,
      remedy: "allow it in the user's permissions",
      fields: ["subjects"],
    };
    return [{ id: resource.id, problem }];
  });
}
