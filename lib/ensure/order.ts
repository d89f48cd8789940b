import type { StreamSource } from "../jetstream/types.ts";
import type { Action } from "../plan/plan.ts";
import { handedOver, sentConfig } from "./claims.ts";

export interface Order {
  /** For each action that writes, by resource id, those that must be over before it starts. */
  waitFor: Map<string, Action[]>;
  /** Those that must let go of subjects before anything else, for they stand in a circle: each has what another wants. */
  letGoFirst: Action[];
}

/**
 * In which order a plan's writes may start.
 *
 * 1. A consumer waits for its stream.
 * 2. A mirror, or a stream with sources, waits for its origins: the server then checks sizes and direct reads.
 * 3. A stream that claims a subject waits for the stream that lets go of it (10065 otherwise).
 * 4. Where these would go round in a circle, the one that closes it does not wait; what it would have waited for, if it
 *    is a subject, is let go of first.
 */
export function orderOf(actions: Action[]): Order {
  const writing = actions.filter(({ does }) => does === "create" || does === "update");
  const waitFor = new Map<string, Action[]>();
  const letGoFirst = new Set<Action>();
  for (const action of writing) {
    const before = writing.filter((other) => other !== action && comesBefore(other, action));
    const [circular, straight] = [
      before.filter((other) => leadsTo(waitFor, other, action)),
      before.filter((other) => !leadsTo(waitFor, other, action)),
    ];
    waitFor.set(action.resource.id, straight);
    for (const other of circular) if (handedOver(other, action).length > 0) letGoFirst.add(other);
  }
  return { waitFor, letGoFirst: [...letGoFirst] };
}

function comesBefore(other: Action, action: Action): boolean {
  if (other.resource.kind === "consumer") return false;
  if (action.resource.kind === "consumer") return other.resource.stream === action.resource.stream;
  return originsOf(action).includes(other.resource.stream) || handedOver(other, action).length > 0;
}

function leadsTo(waitFor: ReadonlyMap<string, Action[]>, from: Action, to: Action): boolean {
  if (from === to) return true;
  return (waitFor.get(from.resource.id) ?? []).some((next) => leadsTo(waitFor, next, to));
}

function originsOf(action: Action): string[] {
  const { mirror, sources = [] } = sentConfig(action);
  return [mirror, ...sources].flatMap((source?: StreamSource) => (source && !source.external ? [source.name] : []));
}
