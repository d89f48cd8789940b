import type { ConsumerConfig, StreamConfig, StreamSource } from "../jetstream/types.ts";
import { type Action, writtenConfig } from "../plan/action.ts";
import { CONSUMER_LIMITS, consumerLimitOf } from "../plan/preflight/consumer-limits.ts";
import { bytesOf, replicasOf, type StreamWrite, streamWrite } from "../plan/stream-write.ts";
import { needsFirst } from "../plan/subject-handover/needs-first.ts";
import { type HandoverSequence, handoverSequences } from "../plan/subject-handover/sequence.ts";

/** Writes that are carried out together. */
export interface WriteUnit {
  /**
   * One action, or all streams that hand subjects to one another. A unit without actions only groups the units that it
   * waits for.
   */
  actions: Action[];
  handover?: HandoverSequence;
  /** The units that must end before this one starts, whether they succeed or fail. */
  waitsFor: WriteUnit[];
}

/**
 * Orders the writes of a plan. Each unit comes after the units that it waits for.
 *
 * 1. Streams that hand subjects to one another are one unit: a release comes right before its claim.
 * 2. A consumer waits for its stream. A stream whose `consumerLimits` are lowered waits for the consumers that are
 *    lowered with them, because the server refuses limits below a live consumer's value (10069).
 * 3. A mirror, or a stream with sources, waits for its origins: the server then checks sizes and direct reads.
 * 4. A stream that needs more storage waits for the streams declared before it that free storage. The plan counts on
 *    that order.
 * 5. If units wait for one another in a circle, the wait that closes the circle is dropped.
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
        for (const origin of originsOf(write.config)) waitFor(unit, byStream.get(origin)?.unit);
        continue;
      }
      const stream = byStream.get(action.resource.stream);
      if (stream && isLoweredWith(action, stream.action)) waitFor(stream.unit, unit);
      else waitFor(unit, stream?.unit);
    }
  }
}

function waitFor(unit: WriteUnit, earlier: WriteUnit | undefined): void {
  if (earlier !== undefined && earlier !== unit) unit.waitsFor.push(earlier);
}

function originsOf({ mirror, sources = [] }: StreamConfig): string[] {
  return [mirror, ...sources].flatMap((source?: StreamSource) => (source && !source.external ? [source.name] : []));
}

/** Whether a consumer's live value is above its stream's new limit, and the consumer's own update lowers it enough. */
function isLoweredWith(consumer: Action, stream: Action): boolean {
  if (consumer.does !== "update") return false;
  const newStream = writtenConfig(stream) as StreamConfig | undefined;
  const [live, updated] = [consumer.question.live as ConsumerConfig, writtenConfig(consumer) as ConsumerConfig];
  return CONSUMER_LIMITS.some((field) => {
    const most = newStream ? consumerLimitOf(newStream, field) : 0;
    const [before = 0, after = 0] = [live[field], updated[field]];
    return most > 0 && before > most && after > 0 && after <= most;
  });
}

/**
 * Makes a stream that needs more storage wait for all earlier streams that free storage. Those are grouped in units
 * without actions, and each such unit waits for the one before. A stream then waits for one unit and not for many.
 */
function waitForRoom(writing: Action[], units: readonly WriteUnit[]): void {
  const unitOf = new Map(units.flatMap((unit) => unit.actions.map((action) => [action, unit])));
  let freed: WriteUnit | undefined;
  for (const action of writing) {
    const write = streamWrite(action);
    const unit = unitOf.get(action);
    if (!write || !unit) continue;
    const room = roomTaken(write);
    if (room > 0) waitFor(unit, freed);
    if (room >= 0) continue;
    const next: WriteUnit = { actions: [], waitsFor: [unit] };
    waitFor(next, freed);
    freed = next;
  }
}

/** Puts every unit after the units that it waits for. A wait that would close a circle is dropped. */
function withoutCircles(units: WriteUnit[]): WriteUnit[] {
  return needsFirst(units, ({ waitsFor }) => waitsFor).map(({ node: unit, needs }) => {
    unit.waitsFor = needs;
    return unit;
  });
}

/**
 * How many more bytes a write reserves, in all replicas together. A new stream without a reservation counts as 1,
 * because it takes a place among the account's streams.
 */
export function roomTaken({ config, live }: StreamWrite): number {
  const reserved = (stream: typeof config) => Math.max(0, bytesOf(stream)) * replicasOf(stream);
  return live ? reserved(config) - reserved(live) || replicasOf(config) - replicasOf(live) : reserved(config) + 1;
}
