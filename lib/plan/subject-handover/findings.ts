import type { BrokerState } from "../../observe/broker-state.ts";
import { SubjectIndex } from "../../subjects/subject-index.ts";
import { listText, shellWord } from "../../text/text.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";
import type { Action } from "../action.ts";
import type { Finding, Problem } from "../preflight/problem.ts";
import { knownConfigs, type StreamWrite, streamWrites, subjectsOf } from "../stream-write.ts";
import { claimedSubjects, releasedSubjects } from "./claims.ts";
import { handoversOf } from "./handovers.ts";
import { handoverSequences } from "./sequence.ts";

/**
 * Finds streams that would release a subject to another declared stream which cannot claim it in this run: nobody would
 * store the subject. The other stream may be held, only observed, unreadable, or not part of the run.
 *
 * @param declared every stream of the topology, including those that this run does not look at
 */
export function releasesWithoutClaim(actions: Action[], broker: BrokerState, declared: ResolvedResource[]): Finding[] {
  const writes = streamWrites(actions);
  const releasing = writes.filter((write) => releasedSubjects(write).length > 0);
  if (releasing.length === 0) return [];
  const waiting = subjectsNotClaimed(actions, writes, broker, declared);
  const lookedAt = new Set(actions.map(({ resource }) => resource.id));
  const keptBy = new Map<StreamWrite, Kept>();
  for (const write of releasing) {
    for (const subject of releasedSubjects(write)) {
      for (const { owner } of waiting.everyOverlap(subject)) {
        if (owner.id !== write.resource.id) keep(keptBy, write, subject, owner);
      }
    }
  }
  addReleasesToKeepers(keptBy, releasing);
  return [...keptBy].map(([write, kept]) => ({
    id: write.resource.id,
    problem: keptFor(write, kept, lookedAt),
  }));
}

/** The subjects that a stream cannot release, by the heir that cannot claim them. */
type Kept = Map<ResolvedResource, Set<string>>;

function keep(keptBy: Map<StreamWrite, Kept>, write: StreamWrite, subject: string, heir: ResolvedResource): void {
  const kept: Kept = keptBy.get(write) ?? new Map();
  keptBy.set(write, kept.set(heir, (kept.get(heir) ?? new Set()).add(subject)));
}

/**
 * A stream that keeps a subject does not claim one either. So the streams that were to release a subject to it keep
 * theirs.
 */
function addReleasesToKeepers(keptBy: Map<StreamWrite, Kept>, releasing: StreamWrite[]): void {
  if (keptBy.size === 0) return;
  const releases = new SubjectIndex<StreamWrite>();
  for (const write of releasing) for (const subject of releasedSubjects(write)) releases.add(subject, write);
  // The loop also reaches the entries that it adds to the map.
  for (const keeper of keptBy.keys()) {
    for (const claim of claimedSubjects(keeper)) {
      for (const { owner, subject } of releases.everyOverlap(claim)) {
        if (owner !== keeper) keep(keptBy, owner, subject, keeper.resource);
      }
    }
  }
}

/** The most heirs that a sentence or a command names. */
const MOST_NAMED = 3;

/**
 * Says why a stream keeps subjects. Heirs outside this run come before heirs inside it, because a run for them may be
 * enough. The command names all of them, so that the next run does not end at the next heir.
 */
function keptFor({ resource: { id } }: StreamWrite, kept: Kept, lookedAt: ReadonlySet<string>): Problem {
  const outside = [...kept].filter(([heir]) => !lookedAt.has(heir.id));
  const isOutside = outside.length > 0;
  const waiting = isOutside ? outside : [...kept].slice(0, 1);
  const heirs = waiting.map(([heir]) => heir.id);
  const subjects = [...new Set(waiting.flatMap(([, its]) => [...its]))];
  const [is, it] = [heirs.length === 1 ? "is" : "are", subjects.length === 1 ? "it" : "them"];
  const named =
    heirs.length > MOST_NAMED ? [...heirs.slice(0, MOST_NAMED), `${heirs.length - MOST_NAMED} more`] : heirs;
  const command = heirs.length > MOST_NAMED ? "without --only" : `--only ${[id, ...heirs].map(shellWord).join(" ")}`;
  const why = isOutside ? `${is} not part of this run` : "cannot now";
  return {
    code: 10065,
    what:
      `it keeps ${subjects.join(", ")}: ${listText(named)}, which ${is} to take ${it} over, ${why}, ` +
      `so that nobody would store ${it}`,
    remedy: isOutside ? `run for ${listText(named)} too (${command})` : `mend ${listText(named)} first`,
    fields: ["subjects"],
  };
}

/**
 * Indexes the subjects that a declared stream should have, does not have yet, and does not claim in this plan. Another
 * stream may have a subject that a declared stream has too: a server that is not clustered accepts two claims that
 * arrive at the same moment.
 */
function subjectsNotClaimed(
  actions: Action[],
  writes: StreamWrite[],
  broker: BrokerState,
  declared: ResolvedResource[],
): SubjectIndex<ResolvedResource> {
  const claims = new Map(writes.map((write) => [write.resource.id, new Set(claimedSubjects(write))]));
  const configs = knownConfigs(broker);
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

/**
 * Finds streams that exchange all the subjects they have. A run releases in one update all the subjects that a stream
 * hands over in a circle, and a stream must keep one subject. The run does not exchange them one by one, even if the
 * streams have several: each subject would need an update of its own, and each update a way back.
 *
 * One more subject, which nobody uses, is enough to begin the circle. The run that exchanges the others removes it.
 */
export function circlesWithoutBeginning(actions: Action[]): Finding[] {
  return handoverSequences(streamWrites(actions)).flatMap(({ stuck, members }) =>
    stuck.map((write) => {
      const others = members.filter((each) => each !== write).map(({ resource }) => resource.id);
      const problem: Problem = {
        code: 10065,
        what:
          `it exchanges all its subjects with ${others.join(", ")}: a run releases in one update all that a stream ` +
          "hands over, and this one would have no subject left",
        remedy:
          `give it one more subject by hand${addSubjectCommand(write)}, and run again: that run exchanges the others and ` +
          "takes this one away",
        fields: ["subjects"],
      };
      return { id: write.resource.id, problem };
    }),
  );
}

/** The most subjects that a command in a sentence lists. */
const MOST_IN_COMMAND = 10;

/** Returns ` (nats stream edit …)`: a command with the stream's subjects and one that nobody uses. */
function addSubjectCommand({ config: { name }, live }: StreamWrite): string {
  const had = live ? subjectsOf(live) : [];
  if (had.length > MOST_IN_COMMAND) return ", which nobody uses";
  const subjects = [...had, `jetstream-ensure.exchange.${name}`].map((subject) => `--subjects ${shellWord(subject)}`);
  return ` (nats stream edit ${shellWord(name)} --force ${subjects.join(" ")})`;
}

/** Finds streams in a handover that the user of this run may not write: the handover would break in the middle. */
export function forbiddenHandovers(actions: Action[], { mayWrite }: Pick<BrokerState, "mayWrite">): Finding[] {
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
