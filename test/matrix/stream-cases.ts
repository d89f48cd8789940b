import { isAtLeast } from "../../lib/jetstream/server.ts";
import type { STREAM_FIELDS } from "../../lib/plan/fields/stream-fields.ts";
import { CLUSTER_NAME } from "../support/place.ts";
import { between, type Case, change, MINUTE, onAndOff, type Refusal, SECOND } from "./case.ts";
import { LIMIT_CASES } from "./stream-limit-cases.ts";

/** Not declarable, or no difference at all: without cases. */
type Compared = Exclude<keyof typeof STREAM_FIELDS, "name">;

const CONSUMED = { consumers: [{}], about: "none ack" };
const mirrorRefused = (): Refusal => 10055;
const A = { name: "A" };
const B = { name: "B" };
const EXTERNAL = { ...A, external: { api: "$JS.elsewhere.API" } };
const TRANSFORMED = { ...A, subject_transforms: [{ src: "origin.a.>", dest: "{}.a.>" }] };

/** A sealed stream cannot be created; and what seals it seals more. */
const SEALED = { afterwards: [{ sealed: true }] };

export const STREAM_CASES: Record<Compared, Case[]> = {
  ...LIMIT_CASES,
  description: between("description", ["", "one", "another"]),
  subjects: between("subjects", [["{}.>"], ["{}.s0"], ["{}.>", "{}-more"]]),
  retention: [
    ...between("retention", ["limits", "interest", "workqueue"], CONSUMED),
    change("retention", "limits", "interest", { about: "no consumer" }),
    change("retention", "limits", "interest", { consumers: [{ acknowledged: 20 }], about: "20 ack" }),
    change("retention", "limits", "interest", { consumers: [{ acknowledged: 60 }], about: "all ack" }),
    change("retention", "limits", "interest", {
      consumers: [{ acknowledged: 40 }, { acknowledged: 20 }],
      about: "40 and 20 ack",
    }),
    change("retention", "limits", "interest", { consumers: [{ filter: "{}.s0" }], about: "of 1 subject" }),
    change("retention", "limits", "interest", {
      consumers: [{ filter: "{}.s0" }, { filter: "{}.s1", acknowledged: 4 }],
      about: "of 2 subjects, 4 ack",
    }),
    change("retention", "limits", "interest", {
      beside: { storage: "memory" },
      about: "no consumer, memory",
    }),
  ],
  max_consumers: between("max_consumers", [-1, 5, 10]),
  storage: between("storage", ["file", "memory"]),
  num_replicas: [
    // Measured: 2.9.10, 2.10.27, 2.11.11 and 2.12.8 accept it, and the stream does not come back; 2.14.6 refuses.
    change("num_replicas", 1, 3, { refused: (version) => (isAtLeast({ version }, "2.14.6") ? 10074 : "vanishes") }),
    ...between("num_replicas", [1, 3], { clustered: true }),
  ],
  no_ack: onAndOff("no_ack"),
  placement: between("placement", [undefined, { cluster: CLUSTER_NAME }], { clustered: true }),
  mirror: [
    change("mirror", undefined, A, { refused: mirrorRefused, alongside: { subjects: undefined } }),
    change("mirror", A, B, { refused: mirrorRefused }),
    change("mirror", A, { ...A, filter_subject: "origin.a.1" }, { refused: mirrorRefused }),
    change("mirror", A, undefined, { refused: mirrorRefused, back: 10055, alongside: { subjects: undefined } }),
    change("mirror", TRANSFORMED, A, { refused: mirrorRefused }),
  ],
  sources: [
    ...between("sources", [[], [A], [A, B]], { gains: true }),
    change("sources", [A], [{ ...A, filter_subject: "origin.a.1" }], { gains: true }),
    ...between("sources", [[A], [TRANSFORMED]], { gains: true }),
    ...between("sources", [[A], [{ ...A, consumer: { name: "feed", deliver_subject: "feed.{}" } }]], { gains: true }),
    change("sources", [A, B], [B, A], { equal: true, about: "in another order" }),
  ],
  compression: between("compression", ["none", "s2"]),
  first_seq: [
    // Accepted; and what the stream holds is gone after a restart, if it began before that.
    change("first_seq", 0, 100, { refused: () => "purges" }),
    change("first_seq", 50, 100, { refused: () => "purges" }),
    change("first_seq", 100, 50, { refused: () => "ignored" }),
    change("first_seq", 100, 0, { refused: () => "ignored" }),
  ],
  subject_transform: between("subject_transform", [
    undefined,
    { src: "{}.>", dest: "stored.{}.>" },
    { src: "{}.s0", dest: "other.{}.s0" },
  ]),
  republish: between("republish", [
    undefined,
    { src: "{}.>", dest: "again.{}.>" },
    { src: "{}.>", dest: "again.{}.>", headers_only: true },
  ]),
  allow_direct: onAndOff("allow_direct"),
  mirror_direct: [
    // Of a mirror whose origin it sees, the server decides itself: an update that asks for it is ignored.
    change("mirror_direct", false, true, { beside: { mirror: A }, about: "mirror" }),
    change("mirror_direct", false, true, { beside: { mirror: EXTERNAL }, about: "external mirror" }),
    change("mirror_direct", true, false, {
      beside: { mirror: EXTERNAL },
      about: "external mirror",
      liveSince: "2.9.16",
    }),
    change("mirror_direct", undefined, false, { afterwards: [{ mirror_direct: true }], about: "no mirror" }),
  ],
  sealed: [
    change("sealed", false, true),
    change("sealed", undefined, false, SEALED),
    change("sealed", false, true, { beside: { allow_rollup_hdrs: true, max_age: 60 * MINUTE }, about: "rollups, age" }),
    change("sealed", false, true, { beside: { max_msgs: 20 }, about: "full" }),
  ],
  deny_delete: onAndOff("deny_delete"),
  deny_purge: onAndOff("deny_purge"),
  allow_rollup_hdrs: onAndOff("allow_rollup_hdrs"),
  consumer_limits: between("consumer_limits", [
    {},
    { inactive_threshold: 60 * SECOND },
    { inactive_threshold: 60 * SECOND, max_ack_pending: 100 },
  ]),
  metadata: [
    ...between("metadata", [{ team: "a" }, { team: "b" }, { team: "a", owner: "c" }]).filter(isNoSubset),
    change("metadata", { team: "a" }, undefined),
  ],
  allow_msg_ttl: onAndOff("allow_msg_ttl"),
  subject_delete_marker_ttl: [
    ...between("subject_delete_marker_ttl", [0, MINUTE, 2 * MINUTE], {
      beside: { allow_msg_ttl: true, allow_rollup_hdrs: true },
    }),
    change("subject_delete_marker_ttl", 0, MINUTE, { about: "and TTLs with it", latch: "allow_msg_ttl" }),
    change("subject_delete_marker_ttl", MINUTE, 0, { about: "TTLs stay" }),
  ],
  allow_msg_counter: onAndOff("allow_msg_counter"),
  allow_atomic: onAndOff("allow_atomic"),
  allow_msg_schedules: onAndOff("allow_msg_schedules"),
  persist_mode: between("persist_mode", ["default", "async"]),
  allow_batched: onAndOff("allow_batched"),
};

/** A key that is not declared stays: declaring fewer is no difference. */
function isNoSubset({ field, live, declared }: Case): boolean {
  const [from, to] = [live[field], declared[field]] as [Record<string, string>, Record<string, string>];
  return Object.entries(to).some(([key, value]) => from[key] !== value);
}
