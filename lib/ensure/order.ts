import type { StreamSource } from "../jetstream/types.ts";
import type { Action } from "../plan/action.ts";
import { claimed, overlapping, released } from "../plan/claims.ts";
import { bytesOf, replicasOf, type StreamWrite, streamWrite } from "../plan/stream-write.ts";

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
 * 4. A stream that takes room waits for those declared before it that free some: the plan has counted with that.
 * 5. Where these would go round in a circle, the one that closes it does not wait; what it would have waited for, if it
 *    is a subject, is let go of first.
 */
export function orderOf(actions: Action[]): Order {
  const writing = actions.flatMap((action, place): Writing[] => {
    const isWrite = action.does === "create" || action.does === "update";
    return isWrite ? [{ action, place, stream: streamPart(streamWrite(action)) }] : [];
  });
  const waitFor = new Map<string, Action[]>();
  const letGoFirst = new Set<Action>();
  for (const each of writing) {
    const before = writing.filter((other) => other !== each && comesBefore(other, each));
    const straight = before.filter((other) => !leadsTo(waitFor, other.action, each.action));
    waitFor.set(
      each.action.resource.id,
      straight.map(({ action }) => action),
    );
    for (const other of before) {
      if (!straight.includes(other) && handsOver(other.stream, each.stream)) letGoFirst.add(other.action);
    }
  }
  return { waitFor, letGoFirst: [...letGoFirst] };
}

interface Writing {
  action: Action;
  /** Among all that is declared. */
  place: number;
  /** Absent of a consumer. */
  stream: StreamPart | undefined;
}

/** What the order depends on, worked out once: it is compared in pairs, of which a thousand resources have a million. */
interface StreamPart {
  origins: string[];
  claimed: string[];
  released: string[];
  room: number;
}

function streamPart(write: StreamWrite | undefined): StreamPart | undefined {
  if (write === undefined) return undefined;
  return { origins: originsOf(write), claimed: claimed(write), released: released(write), room: roomTaken(write) };
}

function comesBefore(other: Writing, each: Writing): boolean {
  if (other.stream === undefined) return false;
  if (each.stream === undefined) return other.action.resource.stream === each.action.resource.stream;
  if (each.stream.origins.includes(other.action.resource.stream)) return true;
  if (handsOver(other.stream, each.stream)) return true;
  return other.place < each.place && other.stream.room < 0 && each.stream.room > 0;
}

function leadsTo(waitFor: ReadonlyMap<string, Action[]>, from: Action, to: Action): boolean {
  if (from === to) return true;
  return (waitFor.get(from.resource.id) ?? []).some((next) => leadsTo(waitFor, next, to));
}

function handsOver(from: StreamPart | undefined, to: StreamPart | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  return from.released.length > 0 && overlapping(from.released, to.claimed).length > 0;
}

function originsOf({ config: { mirror, sources = [] } }: StreamWrite): string[] {
  return [mirror, ...sources].flatMap((source?: StreamSource) => (source && !source.external ? [source.name] : []));
}

/** Bytes reserved more than before, all replicas together; a new stream takes a place among the account's, if no more. */
export function roomTaken({ config, live }: StreamWrite): number {
  const room = (of: typeof config) => Math.max(0, bytesOf(of)) * replicasOf(of);
  return live ? room(config) - room(live) || replicasOf(config) - replicasOf(live) : room(config) + 1;
}
