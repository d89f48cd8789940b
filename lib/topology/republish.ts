import type { Republish, SubjectTransform } from "../jetstream/types.ts";

/** From every subject to the same one: a circle, except where the stream's own transform makes other subjects. */
export const isFromAllToAll = ({ src, dest }: Republish): boolean => (src || ">") === ">" && dest === ">";

/**
 * From all to all means the subjects that the stream's own transform makes, where that is of the stream's only subject:
 * servers since 2.11 put the transform's destination in the place of both (nats-server stream.go, checkStreamCfg).
 */
export function asTransformed(
  republish: Republish,
  subjects: string[],
  transform: SubjectTransform | undefined,
): Republish {
  const [only, ...more] = subjects;
  const isOfTransform = isFromAllToAll(republish) && more.length === 0 && transform?.src === only;
  return transform && isOfTransform ? { ...republish, src: transform.dest, dest: transform.dest } : republish;
}
