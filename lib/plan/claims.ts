import { overlap } from "../topology/subjects.ts";
import { type StreamWrite, subjectsOf } from "./stream-write.ts";

/** Subjects that a write takes. */
export function claimed({ config, live }: StreamWrite): string[] {
  const had = new Set(live ? subjectsOf(live) : []);
  return subjectsOf(config).filter((subject) => !had.has(subject));
}

/** Subjects that a write gives up. */
export function released({ config, live }: StreamWrite): string[] {
  const kept = new Set(subjectsOf(config));
  return live ? subjectsOf(live).filter((subject) => !kept.has(subject)) : [];
}

/** Of what one write gives up, what another stream wants. */
export function handedOver(from: StreamWrite, wanted: string[]): string[] {
  return wanted.length === 0 ? [] : overlapping(released(from), wanted);
}

/** Those of the first subjects that have messages in common with any of the second. */
export function overlapping(some: string[], others: string[]): string[] {
  return some.filter((one) => others.some((other) => overlap(other, one)));
}
