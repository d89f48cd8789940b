import fc from "fast-check";
import type { Topology } from "../../../lib/topology/index.ts";
import { type Pair, topologyOf, unique } from "../../broker/property/pair.ts";
import { type Fault, faults } from "./fault.ts";
import { isMade, type Part } from "./pool.ts";

/** One of the soak's cases: a random topology, what is live of it, and a random fault. */
export interface SoakCase {
  at: number;
  topology: Topology;
  live: Pair[];
  /** The streams with messages to be kept. */
  streams: string[];
  fault: Fault;
  /** Milliseconds for one answer. */
  timeoutMs: number;
}

const shapes = (parts: number) =>
  fc.noBias(
    fc.array(fc.nat(parts - 1), { minLength: 3, maxLength: 9 }).chain((chosen) =>
      fc.record({
        chosen: fc.constant(chosen),
        fault: faults(chosen.length),
        timeoutMs: fc.constantFrom(150, 400, 5000),
      }),
    ),
  );

/** The same for the same seed and place, whatever else is tried. */
export function caseAt(seed: number, at: number, pool: Part[]): SoakCase {
  const writing = pool.filter(({ writes }) => writes);
  const [shape] = fc.sample(shapes(writing.length), { seed: (seed * 1009 + at * 7919) | 0, numRuns: 1 });
  if (!shape) throw new Error("fast-check made no case");
  const parts = shape.chosen.flatMap((index, place): Part[] => {
    const part = writing[index];
    return part ? [{ ...part, pair: unique(part.pair, `C${at}x${place}x`) }] : [];
  });
  const live = parts.filter(isMade).map(({ pair }) => pair);
  const topology = { ...topologyOf(parts.map(({ pair }) => pair)), name: `case-${at}` };
  const streams = live.map(({ live }) => live.stream.name);
  return { at, topology, live, streams, fault: shape.fault, timeoutMs: shape.timeoutMs };
}
