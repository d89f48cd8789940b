import fc from "fast-check";
import type { Topology } from "../../../lib/topology/index.ts";
import { type Pair, topologyOf, unique } from "../../broker/property/pair.ts";
import { type HandoverCase, handoverOf } from "../../support/handovers.ts";
import { type Fault, faults } from "./fault.ts";
import { isMade, type Part, type Pool } from "./pool.ts";

/** One of the soak's cases: a random topology, what is live of it, and a random fault. */
export interface SoakCase {
  at: number;
  topology: Topology;
  live: Pair[];
  /** The streams with messages to be kept. */
  streams: string[];
  /** Streams that hand subjects to one another, which are published to all the while. */
  handover: HandoverCase;
  fault: Fault;
  /** Milliseconds for one answer. */
  timeoutMs: number;
}

const shapes = (parts: number) =>
  fc.noBias(
    fc.record({
      chosen: fc.array(fc.nat(parts - 1), { minLength: 6, maxLength: 14, size: "max" }),
      fault: faults,
      timeoutMs: fc.constantFrom(150, 400, 5000),
    }),
  );

/** The same for the same seed and place, whatever else is tried. */
export function caseAt(seed: number, at: number, pool: Pool): SoakCase {
  const [shape] = fc.sample(shapes(pool.length), { seed: (seed * 1009 + at * 7919) | 0, numRuns: 1 });
  if (!shape) throw new Error("fast-check made no case");
  const parts = shape.chosen.flatMap((index, place): Part[] => {
    const part = pool[index];
    return part ? [{ ...part, pair: unique(part.pair, `C${at}x${place}x`) }] : [];
  });
  const live = parts.filter(isMade).map(({ pair }) => pair);
  const handover = handoverOf(at, `C${at}M`);
  const declared = topologyOf(parts.map(({ pair }) => pair));
  const streams = [...(declared.streams ?? []), ...(handover.topology.streams ?? [])];
  const topology = { ...declared, name: `case-${at}`, streams };
  const withMessages = live.map(({ live }) => live.stream.name);
  // Each resource is read once, and written once.
  const fault = { ...shape.fault, nth: 1 + (shape.fault.nth % (parts.length + handover.writes.length)) };
  return { at, topology, live, streams: withMessages, handover, fault, timeoutMs: shape.timeoutMs };
}
