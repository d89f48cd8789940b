import type { StreamSource } from "../../jetstream/types.ts";
import { backingStream, bucketName } from "../names.ts";
import type { BucketKind } from "../resolved.ts";

/** The subjects a bucket stores under: one tree for KV, chunks and metadata apart for objects (ADR-8, ADR-20). */
export const bucketSubjects: Record<BucketKind, (bucket: string) => string[]> = {
  kv: (bucket) => [`$KV.${bucket}.>`],
  object: (bucket) => [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
};

/** A bucket names a bucket where a stream would name a stream. */
export function bucketMirror(kind: BucketKind, mirror: StreamSource): StreamSource {
  return { ...mirror, name: backingStream(kind, mirror.name) };
}

/**
 * What comes from another bucket is moved under this one's subjects, or no reader of this bucket would find it.
 * Not where both have one name in two places (external): there the subjects are equal already.
 */
export function bucketSource(kind: BucketKind, bucket: string, source: StreamSource): StreamSource {
  const origin = bucketName(kind, source.name);
  const moved = { ...source, name: backingStream(kind, source.name) };
  if (source.subject_transforms !== undefined || source.filter_subject !== undefined || origin === bucket) return moved;
  const into = bucketSubjects[kind](bucket);
  const subject_transforms = bucketSubjects[kind](origin).map((src, at) => ({ src, dest: into[at] ?? src }));
  return { ...moved, subject_transforms };
}
