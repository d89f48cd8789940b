import type { StreamConfig, StreamSource } from "../jetstream/types.ts";
import { type Action, writtenConfig } from "../plan/plan.ts";
import { overlap } from "../topology/subjects.ts";

/**
 * For each action that writes, those that must be over before it starts.
 *
 * 1. A consumer waits for its stream.
 * 2. A mirror, or a stream with sources, waits for its origins: the server then checks sizes and direct reads.
 * 3. A stream that claims a subject waits for the stream that lets go of it (10065 otherwise).
 * 4. Where these would go round in a circle, the one that closes it is left out.
 */
export function prerequisites(actions: Action[]): Map<string, Action[]> {
  const writing = actions.filter(({ does }) => does === "create" || does === "update");
  const waitFor = new Map<string, Action[]>();
  for (const action of writing) {
    const before = writing.filter((other) => other !== action && comesBefore(other, action));
    waitFor.set(
      action.resource.id,
      before.filter((other) => !leadsTo(waitFor, other, action)),
    );
  }
  return waitFor;
}

function comesBefore(other: Action, action: Action): boolean {
  if (other.resource.kind === "consumer") return false;
  if (action.resource.kind === "consumer") return other.resource.stream === action.resource.stream;
  if (originsOf(action).includes(other.resource.stream)) return true;
  const given = released(other);
  return given.length > 0 && claimed(action).some((subject) => given.some((old) => overlap(subject, old)));
}

function leadsTo(waitFor: ReadonlyMap<string, Action[]>, from: Action, to: Action): boolean {
  if (from === to) return true;
  return (waitFor.get(from.resource.id) ?? []).some((next) => leadsTo(waitFor, next, to));
}

function originsOf(action: Action): string[] {
  const { mirror, sources = [] } = configOf(action);
  return [mirror, ...sources].flatMap((source?: StreamSource) => (source && !source.external ? [source.name] : []));
}

/** Subjects that the write takes. */
function claimed(action: Action): string[] {
  const had = new Set(liveSubjects(action));
  return (configOf(action).subjects ?? []).filter((subject) => !had.has(subject));
}

/** Subjects that the write gives up. */
function released(action: Action): string[] {
  if (action.does !== "update") return [];
  const kept = new Set(configOf(action).subjects ?? []);
  return liveSubjects(action).filter((subject) => !kept.has(subject));
}

function configOf(action: Action): Partial<StreamConfig> {
  return (writtenConfig(action) ?? {}) as Partial<StreamConfig>;
}

function liveSubjects(action: Action): string[] {
  return action.does === "update" ? ((action.question.live as Partial<StreamConfig>).subjects ?? []) : [];
}
