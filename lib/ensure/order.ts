import type { ConsumerConfig, StreamConfig, StreamSource } from "../jetstream/types.ts";
import { type Action, writtenConfig } from "../plan/action.ts";
import { needsFirst } from "../plan/handover/needs-first.ts";
import { type HandoverSequence, handoverSequences } from "../plan/handover/sequence.ts";
import { CONSUMER_LIMITS, consumerLimitOf } from "../plan/preflight/consumer-limits.ts";
import { bytesOf, replicasOf, type StreamWrite, streamWrite } from "../plan/stream-write.ts";

/** Writes that are carried out in one go. */
export interface WriteUnit {
  /** One; all streams that hand subjects to one another; or none, where others only wait for what this one waits for. */
  actions: Action[];
  handover?: HandoverSequence;
  /** What must be over before this one starts, whatever came of it. */
  waitsFor: WriteUnit[];
}

/**
 * The writes of a plan, each unit after those that it waits for.
 *
 * 1. Streams that hand subjects to one another are one unit: a release comes right before its claim.
 * 2. A consumer waits for its stream; a stream whose `consumerLimits` are lowered waits for the consumers that are
 *    lowered with them, because the server refuses limits below a live consumer's value (10069).
 * 3. A mirror, or a stream with sources, waits for its origins: the server then checks sizes and direct reads.
 * 4. A stream that takes room waits for those declared before it that free some: the plan has counted with that.
 * 5. Where these would go round in a circle, the one that closes it does not wait.
 */
export function orderOf(actions: Action[]): WriteUnit[] {
  const writing = actions.filter(({ does }) => does === "create" || does === "update");
  const units = unitsOf(writing);
  const byStream = new Map<string, StreamAction>();
  for (const unit of units) {
    for (const action of unit.actions) {
      if (action.resource.kind !== "consumer") byStream.set(action.resource.stream, { action, unit });
    }
  }
  waitForStreams(units, byStream);
  waitForRoom(writing, units);
  return withoutCircles(units);
}

function unitsOf(writing: Action[]): WriteUnit[] {
  const writes = new Map(
    writing.flatMap((action): [StreamWrite, Action][] => {
      const write = streamWrite(action);
      return write ? [[write, action]] : [];
    }),
  );
  const units: WriteUnit[] = [];
  const inHandover = new Map<Action, WriteUnit>();
  for (const handover of handoverSequences([...writes.keys()])) {
    const actions = handover.members.flatMap((write) => writes.get(write) ?? []);
    const unit: WriteUnit = { actions, handover, waitsFor: [] };
    for (const action of actions) inHandover.set(action, unit);
  }
  for (const action of writing) {
    const unit = inHandover.get(action) ?? { actions: [action], waitsFor: [] };
    if (unit.actions[0] === action) units.push(unit);
  }
  return units;
}

/** The write of a stream, and the unit that it is part of. */
interface StreamAction {
  action: Action;
  unit: WriteUnit;
}

function waitForStreams(units: WriteUnit[], byStream: ReadonlyMap<string, StreamAction>): void {
  for (const unit of units) {
    for (const action of unit.actions) {
      const write = streamWrite(action);
      if (write) {
        for (const origin of originsOf(write.config)) add(unit, byStream.get(origin)?.unit);
        continue;
      }
      const stream = byStream.get(action.resource.stream);
      if (stream && isLoweredWith(action, stream.action)) add(stream.unit, unit);
      else add(unit, stream?.unit);
    }
  }
}

function add(unit: WriteUnit, before: WriteUnit | undefined): void {
  if (before !== undefined && before !== unit) unit.waitsFor.push(before);
}

function originsOf({ mirror, sources = [] }: StreamConfig): string[] {
  return [mirror, ...sources].flatMap((source?: StreamSource) => (source && !source.external ? [source.name] : []));
}

/** Whether a consumer has more than its stream will allow, and comes down to that by its own update. */
function isLoweredWith(consumer: Action, stream: Action): boolean {
  if (consumer.does !== "update") return false;
  const limited = writtenConfig(stream) as StreamConfig | undefined;
  const [before, after] = [consumer.question.live as ConsumerConfig, writtenConfig(consumer) as ConsumerConfig];
  return CONSUMER_LIMITS.some((field) => {
    const most = limited ? consumerLimitOf(limited, field) : 0;
    const [was = 0, will = 0] = [before[field], after[field]];
    return most > 0 && was > most && will > 0 && will <= most;
  });
}

/**
 * A stream that takes room waits for all before it that free some. They are gathered in units without actions, each of
 * which waits for the one before: what takes room waits for one unit, not for all of them.
 */
function waitForRoom(writing: Action[], units: readonly WriteUnit[]): void {
  const unitOf = new Map(units.flatMap((unit) => unit.actions.map((action) => [action, unit])));
  let freed: WriteUnit | undefined;
  for (const action of writing) {
    const write = streamWrite(action);
    const unit = unitOf.get(action);
    if (!write || !unit) continue;
    const room = roomTaken(write);
    if (room > 0) add(unit, freed);
    if (room >= 0) continue;
    const next: WriteUnit = { actions: [], waitsFor: [unit] };
    add(next, freed);
    freed = next;
  }
}

/** Every unit after those that it waits for. Whom it would wait for in a circle it does not wait for. */
function withoutCircles(units: WriteUnit[]): WriteUnit[] {
  return needsFirst(units, ({ waitsFor }) => waitsFor).map(({ node: unit, needs }) => {
    unit.waitsFor = needs;
    return unit;
  });
}

/** Bytes reserved more than before, all replicas together; a new stream takes a place among the account's, if no more. */
export function roomTaken({ config, live }: StreamWrite): number {
  const room = (of: typeof config) => Math.max(0, bytesOf(of)) * replicasOf(of);
  return live ? room(config) - room(live) || replicasOf(config) - replicasOf(live) : room(config) + 1;
}
