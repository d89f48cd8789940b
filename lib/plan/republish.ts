import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import type { Republish, StreamConfig } from "../jetstream/types.ts";
import { overlap } from "../topology/subjects.ts";
import * as canonical from "./canonical.ts";
import { type Change, immutable, type Verdict } from "./field.ts";
import { defaultSubjects } from "./stream-implied.ts";

/** From every subject to the same one: a circle, except where the stream's own transform makes other subjects. */
export const isFromAllToAll = (republish: Republish | undefined): boolean =>
  republish !== undefined && (republish.src || ">") === ">" && republish.dest === ">";

/**
 * A republish as the server shows it. From all to all means the subjects that the stream's own transform makes, where
 * the stream has no others; 2.11 and newer show these (nats-server stream.go, checkStreamCfg).
 */
export function canonicalRepublish(
  value: Republish | undefined,
  config: StreamConfig,
  server: ServerFacts,
): Republish | undefined {
  const republish = canonical.republish(value);
  const transform = config.subject_transform;
  const [only, ...more] = config.subjects?.length ? config.subjects : defaultSubjects(config);
  const isOfTransform = isFromAllToAll(republish) && more.length === 0 && transform?.src === only;
  if (republish === undefined || transform === undefined || !isOfTransform || !isAtLeast(server, "2.11.0")) {
    return republish;
  }
  return { ...republish, src: transform.dest, dest: transform.dest };
}

/** Subjects and a republish that the server refuses together (10052); `undefined` where it takes them. */
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
