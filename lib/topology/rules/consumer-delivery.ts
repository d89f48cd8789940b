import type { ConsumerConfig } from "../../jetstream/types.ts";
import { hasWildcard, subjectProblem } from "../../subjects/subjects.ts";
import { showDuration } from "../units/durations.ts";
import type { ConsumerRule } from "./rule.ts";

const ms = 1_000_000n;
const set = (value: unknown) => value !== undefined && value !== false && value !== 0;

const onlyPush: ConsumerRule = function* ({ config, its }) {
  if (config.deliver_subject !== undefined) return;
  for (const field of ["rate_limit_bps", "idle_heartbeat", "flow_control"] as const) {
    if (!set(config[field])) continue;
    yield { field, message: `Only a push consumer has it, and this one pulls: it has no ${its("deliver_subject")}.` };
  }
};

const onlyPull: ConsumerRule = function* ({ config, its }) {
  if (config.deliver_subject === undefined) return;
  if (set(config.max_waiting)) {
    const message = `Only a pull consumer has it, and this one pushes: it has ${its("deliver_subject")}.`;
    yield { field: "max_waiting", message };
  }
  if (config.ack_policy === "none" && Number(config.max_ack_pending ?? 0) > 0) {
    yield {
      field: "max_ack_pending",
      message: `With ${its("ack_policy")} "none" nothing is ever pending: leave it out.`,
    };
  }
};

const deliversSomewhere: ConsumerRule = function* ({ config: { deliver_subject } }) {
  if (deliver_subject === undefined) return;
  const problem = subjectProblem(deliver_subject) ?? (hasWildcard(deliver_subject) ? "it has a wildcard" : undefined);
  if (problem)
    yield { field: "deliver_subject", message: `"${deliver_subject}" is no subject to deliver to: ${problem}.` };
};

const timesAreNotTiny: ConsumerRule = function* ({ config }) {
  const shortest = [
    { field: "idle_heartbeat", least: 100n * ms },
    { field: "max_expires", least: ms },
  ] as const;
  for (const { field, least } of shortest) {
    const value = BigInt(config[field] ?? 0);
    if (value > 0n && value < least) {
      yield { field, message: `${showDuration(value)} is too short: at least ${showDuration(least)}.` };
    }
  }
};

const flowControlHasHeartbeats: ConsumerRule = function* ({ config, its }) {
  if (!config.flow_control || set(config.idle_heartbeat)) return;
  // With that policy the server fills the heartbeat in.
  if (config.ack_policy === "flow_control") return;
  yield { field: "flow_control", message: `It needs ${its("idle_heartbeat")} beside it.` };
};

/** Acknowledging by flow control replaces the usual waiting and redelivering. */
const flowControlAcks: ConsumerRule = function* ({ config, its }) {
  if (config.ack_policy !== "flow_control") return;
  const refuse = (what: string) => ({ field: "ack_policy" as const, message: `"flow_control" ${what}.` });
  if (config.deliver_subject === undefined)
    yield refuse(`needs ${its("deliver_subject")}: only a push consumer has it`);
  if (config.flow_control === false) yield refuse(`cannot go with ${its("flow_control")}: false`);
  if (config.idle_heartbeat !== undefined && BigInt(config.idle_heartbeat) !== 1000n * ms) {
    yield refuse(`has ${its("idle_heartbeat")} "1s" and no other`);
  }
  if (Number(config.max_ack_pending ?? 1) < 1) yield refuse(`needs a limit in ${its("max_ack_pending")}`);
  const none: (keyof ConsumerConfig)[] = ["ack_wait", "backoff"];
  for (const field of none) if (set(config[field])) yield refuse(`cannot go with ${its(field)}`);
  if (Number(config.max_deliver ?? -1) > 0) yield refuse(`cannot go with ${its("max_deliver")}`);
};

const ackWaitIsReal: ConsumerRule = function* ({ config }) {
  if (config.ack_wait === undefined || BigInt(config.ack_wait) !== 0n || config.ack_policy === "none") return;
  yield { field: "ack_wait", message: "0s would be the default, 30s, to the server: leave it out for that." };
};

const backoffFits: ConsumerRule = function* ({ config, its }) {
  const waits = config.backoff?.length ?? 0;
  if (config.max_deliver !== undefined && config.max_deliver !== -1 && waits > config.max_deliver) {
    const message = `It has ${waits} waits, more than ${its("max_deliver")} (${config.max_deliver}) would use.`;
    yield { field: "backoff", message };
  }
};

const samplingIsANumber: ConsumerRule = function* ({ config: { sample_freq } }) {
  if (sample_freq === undefined || /^\d+%?$/.test(sample_freq)) return;
  yield { field: "sample_freq", message: `"${sample_freq}" is no percentage: write it like "100".` };
};

const prioritiesAreWhole: ConsumerRule = function* ({ config, its }) {
  const { priority_policy: policy = "none", priority_groups: groups = [] } = config;
  if (policy === "none") {
    if (groups.length > 0) yield { field: "priority_groups", message: `It needs ${its("priority_policy")} beside it.` };
    if (set(config.priority_timeout)) {
      yield { field: "priority_timeout", message: `It needs ${its("priority_policy")} beside it.` };
    }
    return;
  }
  if (config.deliver_subject !== undefined) {
    yield {
      field: "priority_policy",
      message: `Only a pull consumer has it, and this one has ${its("deliver_subject")}.`,
    };
  }
  if (groups.length === 0) yield { field: "priority_policy", message: `It needs ${its("priority_groups")} beside it.` };
  for (const [at, group] of groups.entries()) {
    if (/^[a-zA-Z0-9/_=-]{1,16}$/.test(group)) continue;
    const message = `"${group}" is no group: 1 to 16 letters, digits, '/', '_', '=' or '-'.`;
    yield { field: "priority_groups", at: `[${at}]`, message };
  }
};

export const deliveryRules: ConsumerRule[] = [
  onlyPush,
  onlyPull,
  deliversSomewhere,
  timesAreNotTiny,
  flowControlHasHeartbeats,
  flowControlAcks,
  ackWaitIsReal,
  backoffFits,
  samplingIsANumber,
  prioritiesAreWhole,
];
