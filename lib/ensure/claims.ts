import type { StreamConfig } from "../jetstream/types.ts";
import { type Action, writtenConfig } from "../plan/plan.ts";
import { overlap } from "../topology/subjects.ts";

/** The config of a stream that an action sends; empty where it sends none. */
export function sentConfig(action: Action): Partial<StreamConfig> {
  return (writtenConfig(action) ?? {}) as Partial<StreamConfig>;
}

export function liveSubjects(action: Action): string[] {
  return action.does === "update" ? ((action.question.live as Partial<StreamConfig>).subjects ?? []) : [];
}

/** Subjects that the write takes. */
export function claimed(action: Action): string[] {
  const had = new Set(liveSubjects(action));
  return action.resource.kind === "consumer"
    ? []
    : (sentConfig(action).subjects ?? []).filter((each) => !had.has(each));
}

/** Subjects that the write gives up. */
export function released(action: Action): string[] {
  if (action.does !== "update" || action.resource.kind === "consumer") return [];
  const kept = new Set(sentConfig(action).subjects ?? []);
  return liveSubjects(action).filter((subject) => !kept.has(subject));
}

/** Of what one action gives up, what another takes over. */
export function handedOver(from: Action, to: Action): string[] {
  const taken = claimed(to);
  return taken.length === 0 ? [] : released(from).filter((old) => taken.some((subject) => overlap(subject, old)));
}
