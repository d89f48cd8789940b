import { AGE_MS, type Case, type Fields, HOUR, MINUTE } from "./case.ts";

/** Where a bucket is other than a plain stream: what clients create it with, in the topology's words. */

const KV = { discard: "new", allow_rollup_hdrs: true, allow_direct: true, deny_delete: true, max_msgs_per_subject: 10 };
const OBJECT = { discard: "new", allow_rollup_hdrs: true, allow_direct: true };

const kv = (field: string, live: Fields, declared: Fields, more: Partial<Case> = {}): Case => {
  const history = KV.max_msgs_per_subject;
  return { kind: "kv", field, live: { ...KV, ...live }, declared: { history, ...declared }, ...more };
};
const object = (field: string, live: Fields, declared: Fields, more: Partial<Case> = {}): Case => {
  return { kind: "object", field, live: { ...OBJECT, ...live }, declared, ...more };
};

export const BUCKET_CASES: Case[] = [
  kv("max_msgs_per_subject", {}, { history: 20 }),
  kv("max_msgs_per_subject", {}, { history: 5 }),
  kv("max_msgs_per_subject", {}, { history: 1 }),
  kv("max_msgs_per_subject", { max_msgs_per_subject: 1 }, { history: 10 }),
  kv("max_msgs_per_subject", { max_msgs_per_subject: -1 }, { history: 5 }),
  kv("max_msgs_per_subject", { max_msgs_per_subject: -1, discard: "old" }, { history: 5 }),
  kv("max_msg_size", {}, { maxValueSize: 4 }),
  kv("max_msg_size", { max_msg_size: 1000 }, { maxValueSize: "unlimited" }),
  kv("max_bytes", {}, { maxBytes: 2_000 }),
  kv("max_bytes", { max_bytes: 1_048_576 }, { maxBytes: "2MiB" }),
  kv("max_age", {}, { maxAge: "1h" }),
  kv("max_age", { max_age: HOUR }, { maxAge: "unlimited" }),
  kv("max_age", {}, { maxAge: `${AGE_MS}ms` }, { ages: true }),
  kv("discard", { discard: "old" }, {}),
  kv("discard", { discard: "new" }, { discard: "old" }),
  kv("discard", {}, { discard: "old" }, { afterwards: [{ max_bytes: 2_000 }], about: "over max_bytes" }),
  kv("deny_delete", { deny_delete: false }, { denyDelete: true }),
  kv("deny_delete", {}, { denyDelete: false }),
  kv("allow_rollup_hdrs", { allow_rollup_hdrs: false }, {}),
  kv("subject_delete_marker_ttl", {}, { limitMarkerTtl: "1m" }, { latch: "allow_msg_ttl" }),
  kv("subject_delete_marker_ttl", { subject_delete_marker_ttl: MINUTE, allow_msg_ttl: true }, { limitMarkerTtl: "2m" }),
  kv("subject_delete_marker_ttl", { subject_delete_marker_ttl: MINUTE, allow_msg_ttl: true }, { limitMarkerTtl: "0s" }),
  kv("compression", {}, { compression: "s2" }),
  kv("metadata", {}, { metadata: { team: "a" } }),
  object("max_bytes", {}, { maxBytes: 2_000 }),
  object("max_bytes", { max_bytes: 1_048_576 }, { maxBytes: 2_000 }),
  object("max_bytes", { max_bytes: 1_048_576 }, { maxBytes: "unlimited" }),
  object("max_bytes", { discard: "old" }, { maxBytes: 2_000 }, { about: "and discard to new" }),
  object("max_age", {}, { maxAge: "1h" }),
  object("max_age", { max_age: HOUR }, { maxAge: "unlimited" }),
  object("max_age", {}, { maxAge: `${AGE_MS}ms` }, { ages: true }),
  object("discard", { discard: "old" }, {}),
  object("max_msg_size", {}, { maxValueSize: 4 }),
  object("subject_delete_marker_ttl", {}, { limitMarkerTtl: "1m" }, { latch: "allow_msg_ttl" }),
];
