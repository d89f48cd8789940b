import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { Republish, StreamConfig } from "../../jetstream/types.ts";
import { overlap } from "../../subjects/subjects.ts";
import { asTransformed } from "../../topology/republish.ts";
import * as canonical from "./canonical.ts";
import { type Change, immutable, type Verdict } from "./field.ts";
import { defaultSubjects } from "./stream-implied.ts";

/** The republish as the server shows it. */
export function canonicalRepublish(
  value: Republish | undefined,
  config: StreamConfig,
  server: ServerFacts,
): Republish | undefined {
  const republish = canonical.republish(value);
  if (republish === undefined || !isAtLeast(server, "2.11.0")) return republish;
  const subjects = config.subjects?.length ? config.subjects : defaultSubjects(config);
  return asTransformed(republish, subjects, config.subject_transform);
}

/** Judges subjects and a republish that the server refuses together (10052); `undefined` if the server accepts them. */
export function republishRefusal({ target, server }: Change<StreamConfig>): Verdict | undefined {
  const { republish, subjects = [] } = target;
  if (republish === undefined) return undefined;
  const { src = ">", dest } = republish;
  const back = subjects.find((subject) => overlap(subject, dest));
  if (back !== undefined) {
    return immutable(`the stream would store what it republishes: "${dest}" overlaps "${back}"`);
  }
  if (isAtLeast(server, "2.10.0") || subjects.some((subject) => overlap(subject, src))) return undefined;
  return immutable(
    `servers before 2.10 republish only what the stream stores, and "${src}" overlaps none of its subjects`,
  );
}
