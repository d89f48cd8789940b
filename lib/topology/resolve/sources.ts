import type { StreamSource } from "../../jetstream/types.ts";
import { backingStream, bucketName } from "../fields/names.ts";
import type { BucketKind } from "./resolved.ts";

/** The subjects a bucket stores under: one tree for KV, chunks and metadata apart for objects (ADR-8, ADR-20). */
export const bucketSubjects: Record<BucketKind, (bucket: string) => string[]> = {
  kv: (bucket) => [`$KV.${bucket}.>`],
  object: (bucket) => [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
};

/** What a bucket declares: a bucket by `name`, or any stream by `stream`. The rest is as on the wire. */
type DeclaredSource = Omit<StreamSource, "name"> & { name?: string; stream?: string };

/** A bucket names a bucket where a stream would name a stream. */
export function bucketMirror(kind: BucketKind, mirror: DeclaredSource): StreamSource {
  const { name = "", stream, ...rest } = mirror;
  return { ...rest, name: stream ?? backingStream(kind, name) };
}

/**
 * What comes from another bucket is moved under this one's subjects, or no reader of this bucket would find it.
 * Not where both have one name in two places (external): there the subjects are equal already. Nor where the source is
 * named as a stream: that is taken word for word.
 */
export function bucketSource(kind: BucketKind, bucket: string, source: DeclaredSource): StreamSource {
  const named = bucketMirror(kind, source);
  const origin = bucketName(kind, named.name);
  const isMoved = source.subject_transforms !== undefined || source.filter_subject !== undefined;
  if (source.stream !== undefined || isMoved || origin === bucket) return named;
  const into = bucketSubjects[kind](bucket);
  const subject_transforms = bucketSubjects[kind](origin).map((src, at) => ({ src, dest: into[at] ?? src }));
  return { ...named, subject_transforms };
}
