import type { StreamConfig } from "../../jetstream/types.ts";
import type { StreamFacts, StreamRule } from "./rule.ts";

const counters: StreamRule = function* ({ config, its }) {
  if (!config.allow_msg_counter) return;
  const refuse = (what: string) => ({
    field: "allow_msg_counter" as const,
    message: `A stream of counters cannot have ${what}.`,
  });
  if (config.discard === "new") yield refuse(`${its("discard")} "new": declare ${its("discard")}: "old"`);
  if (config.allow_msg_ttl) yield refuse(its("allow_msg_ttl"));
  // Measured on 2.15.1: it is taken, as markers turn message TTLs on by themselves, and gone after the next restart.
  else if (config.subject_delete_marker_ttl) yield refuse(its("subject_delete_marker_ttl"));
  if (config.allow_msg_schedules) yield refuse(its("allow_msg_schedules"));
  if (config.retention !== undefined && config.retention !== "limits") {
    yield refuse(`${its("retention")} "${config.retention}", only "limits"`);
  }
};

const schedules: StreamRule = function* ({ config, its }) {
  if (!config.allow_msg_schedules) return;
  const refuse = (what: string) => ({
    field: "allow_msg_schedules" as const,
    message: `Scheduling cannot go with ${what}.`,
  });
  if (config.discard === "new") yield refuse(`${its("discard")} "new": declare ${its("discard")}: "old"`);
  if (config.sources?.length) yield refuse(its("sources"));
};

const asyncPersistence: StreamRule = function* ({ config, its }) {
  if (config.persist_mode !== "async") return;
  const refuse = (what: string) => ({ field: "persist_mode" as const, message: `"async" cannot go with ${what}.` });
  if (config.storage === "memory") yield refuse(`${its("storage")} "memory"`);
  if ((config.num_replicas ?? 1) > 1) yield refuse(`${config.num_replicas} replicas, only with one`);
  if (config.allow_atomic) yield refuse(its("allow_atomic"));
};

const onlyMirrorsAnswerDirectly: StreamRule = function* ({ config }) {
  if (config.mirror_direct && !config.mirror) {
    yield { field: "mirror_direct", message: "Only a mirror can have it; a stream of its own has allowDirect." };
  }
};

/** Sealing changes these by itself: a declaration that says otherwise would be drift for ever. */
const sealedIsConsistent: StreamRule = function* ({ config, its }) {
  if (!config.sealed) return;
  const contradictions: [keyof StreamConfig, boolean, string][] = [
    ["max_age", BigInt(config.max_age ?? 0) > 0n, `"unlimited"`],
    ["discard", config.discard === "old", `"new"`],
    ["deny_delete", config.deny_delete === false, "true"],
    ["deny_purge", config.deny_purge === false, "true"],
    ["allow_rollup_hdrs", config.allow_rollup_hdrs === true, "false"],
  ];
  for (const [field, contradicts, becomes] of contradictions) {
    if (contradicts) yield { field, message: `Beside ${its("sealed")} the server makes it ${becomes}: leave it out.` };
  }
};

/** A mirror is an exact copy: what would give it messages of its own is refused. */
const mirrorsOnlyCopy: StreamRule = function* ({ config, its }: StreamFacts) {
  if (!config.mirror) return;
  const own: (keyof StreamConfig)[] = [
    ...(["subjects", "sources", "first_seq", "subject_delete_marker_ttl"] as const),
    ...(["allow_msg_counter", "allow_atomic", "allow_batched", "allow_msg_schedules"] as const),
  ];
  for (const field of own) {
    const value = config[field];
    if (value === undefined || value === false || value === 0) continue;
    yield { field, message: `A mirror cannot have it: ${its("mirror")} makes this a copy of "${config.mirror.name}".` };
  }
};

export const featureRules: StreamRule[] = [
  counters,
  schedules,
  asyncPersistence,
  onlyMirrorsAnswerDirectly,
  sealedIsConsistent,
  mirrorsOnlyCopy,
];
