import { isAtLeast } from "../../lib/jetstream/server.ts";
import type { CONSUMER_FIELDS } from "../../lib/plan/fields/consumer-fields.ts";
import { between, type Case, change, HOUR, MINUTE, SECOND } from "./case.ts";

/** `pause_until` is not declarable: no create and no update changes it. */
type Compared = Exclude<keyof typeof CONSUMER_FIELDS, "name" | "durable_name" | "pause_until">;

const kind = "consumer";
const PULL = { ack_policy: "explicit" };
const PUSH = { ack_policy: "explicit", deliver_subject: "to.{}" };
const STEADY = { ...PUSH, idle_heartbeat: 5 * SECOND };
const pull = { kind, beside: PULL } as const;
const push = { kind, beside: PUSH, about: "push" } as const;
const GROUPED = { ...PULL, priority_groups: ["a"] };
const START = "2026-01-01T00:00:00Z";
const LATER = "2026-01-02T00:00:00Z";

export const CONSUMER_CASES: Record<Compared, Case[]> = {
  description: between("description", ["", "one", "another"], pull),
  deliver_policy: between("deliver_policy", ["all", "new", "last"], pull),
  opt_start_seq: between("opt_start_seq", [5, 7], {
    kind,
    beside: { ...PULL, deliver_policy: "by_start_sequence" },
  }),
  opt_start_time: between("opt_start_time", [START, LATER], {
    kind,
    beside: { ...PULL, deliver_policy: "by_start_time" },
  }),
  ack_policy: [
    ...between("ack_policy", ["explicit", "all", "none"], { kind }),
    change("ack_policy", "explicit", "flow_control", {
      kind,
      beside: { ...STEADY, flow_control: true },
      about: "push",
      // What such a consumer may not have is looked at first.
      refused: () => 10221,
    }),
  ],
  ack_wait: between("ack_wait", [30 * SECOND, 5 * SECOND, MINUTE], pull),
  max_deliver: between("max_deliver", [-1, 5, 3], pull),
  backoff: between("backoff", [[], [SECOND, 5 * SECOND], [2 * SECOND]], {
    kind,
    beside: { ...PULL, max_deliver: 5 },
  }),
  filter_subject: [
    ...between("filter_subject", ["", "{stream}.s0", "{stream}.s1"], pull),
    change("filter_subject", undefined, "{stream}.s0", {
      kind,
      beside: { ...PULL, filter_subjects: ["{stream}.s0", "{stream}.s1"] },
      about: "of several",
    }),
  ],
  filter_subjects: [
    ...between("filter_subjects", [[], ["{stream}.s0", "{stream}.s1"], ["{stream}.s2", "{stream}.s3"]], pull),
    change("filter_subjects", undefined, ["{stream}.s0", "{stream}.s1"], {
      kind,
      beside: { ...PULL, filter_subject: "{stream}.s0" },
      about: "of a single one",
    }),
  ],
  replay_policy: between("replay_policy", ["instant", "original"], pull),
  rate_limit_bps: between("rate_limit_bps", [0, 8_000, 16_000], push),
  sample_freq: between("sample_freq", ["", "50", "100"], pull),
  max_waiting: between("max_waiting", [512, 10], pull),
  max_ack_pending: between("max_ack_pending", [1000, 5, -1], pull),
  flow_control: onAndOffSteady("flow_control"),
  headers_only: between("headers_only", [false, true], pull),
  max_batch: between("max_batch", [0, 5, 10], pull),
  max_expires: between("max_expires", [0, SECOND, MINUTE], pull),
  max_bytes: between("max_bytes", [0, 1024, 2048], pull),
  deliver_subject: [
    change("deliver_subject", undefined, "to.{}", { ...pull, alongside: { max_waiting: undefined } }),
    change("deliver_subject", "to.{}", "", { kind, beside: PULL }),
    ...between("deliver_subject", ["to.{}", "elsewhere.{}"], pull),
  ],
  deliver_group: between("deliver_group", ["", "g", "h"], push),
  idle_heartbeat: between("idle_heartbeat", [0, SECOND, 5 * SECOND], push),
  inactive_threshold: between("inactive_threshold", [0, HOUR, 2 * HOUR], pull),
  num_replicas: [
    ...between("num_replicas", [0, 1], pull),
    ...between("num_replicas", [0, 1, 3], { ...pull, clustered: true }),
  ],
  mem_storage: between("mem_storage", [false, true], {
    ...pull,
  }).map(betweenStores),
  metadata: [
    change("metadata", { team: "a" }, { team: "b" }, pull),
    change("metadata", { team: "b" }, { team: "a" }, pull),
    change("metadata", { team: "b" }, { team: "a", owner: "c" }, pull),
    change("metadata", { team: "a" }, undefined, pull),
  ],
  priority_groups: [
    ...between("priority_groups", [["a"], ["b"]], { kind, beside: { ...PULL, priority_policy: "overflow" } }),
    {
      ...change("priority_groups", undefined, ["a"], pull),
      declared: { priority_groups: ["a"], priority_policy: "overflow" },
    },
    {
      ...change("priority_groups", ["a"], undefined, { kind, beside: { ...PULL, priority_policy: "overflow" } }),
      declared: { priority_groups: undefined, priority_policy: undefined },
    },
  ],
  priority_policy: [
    ...between("priority_policy", ["overflow", "pinned_client", "prioritized"], { kind, beside: GROUPED }),
    {
      ...change("priority_policy", undefined, "overflow", pull),
      declared: { priority_policy: "overflow", priority_groups: ["a"] },
    },
    {
      ...change("priority_policy", "overflow", undefined, { kind, beside: GROUPED }),
      declared: { priority_groups: undefined, priority_policy: undefined },
    },
  ],
  priority_timeout: between("priority_timeout", [2 * MINUTE, MINUTE], {
    kind,
    beside: { ...GROUPED, priority_policy: "pinned_client" },
  }),
};

/** Before 2.14 the update is accepted, and at the next restart what the consumer knew is gone. */
function betweenStores(each: Case): Case {
  const lost = each.live.mem_storage === true ? "vanishes" : "forgets";
  return { ...each, refused: (version) => (isAtLeast({ version }, "2.14.0") ? 10012 : lost) };
}

function onAndOffSteady(field: string): Case[] {
  return between(field, [false, true], { kind, beside: STEADY, about: "push" });
}
