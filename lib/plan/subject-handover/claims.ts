import { type StreamWrite, subjectsOf } from "../stream-write.ts";

/** The subjects that a write claims. */
export function claimedSubjects({ config, live }: StreamWrite): string[] {
  const had = new Set(live ? subjectsOf(live) : []);
  return subjectsOf(config).filter((subject) => !had.has(subject));
}

/** The subjects that a write releases. */
export function releasedSubjects({ config, live }: StreamWrite): string[] {
  const kept = new Set(subjectsOf(config));
  return live ? subjectsOf(live).filter((subject) => !kept.has(subject)) : [];
}
