import { type StreamWrite, subjectsOf } from "../stream-write.ts";

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
