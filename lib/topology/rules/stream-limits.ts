import { turnsRollUpsOn } from "../roll-ups.ts";
import { showDuration } from "../units/durations.ts";
import type { StreamRule } from "./rule.ts";

const ms = 1_000_000n;
const second = 1_000n * ms;
const shortest = 100n * ms;
/** `max_msg_size` is a 32-bit integer in the server. */
const largestMessage = 2n ** 31n - 1n;

const ageIsNotTiny: StreamRule = function* ({ config: { max_age = 0 } }) {
  if (BigInt(max_age) > 0n && BigInt(max_age) < shortest) {
    yield { field: "max_age", message: `${showDuration(max_age)} is too short: at least 100ms.` };
  }
};

/** The default window shrinks with the age by itself; only a declared one can be too long. */
const windowFitsAge: StreamRule = function* ({ config, its }) {
  if (config.duplicate_window === undefined) return;
  const [window, age] = [BigInt(config.duplicate_window), BigInt(config.max_age ?? 0)];
  const copies = config.mirror !== undefined || config.sources !== undefined;
  if (window === 0n && !copies) {
    yield { field: "duplicate_window", message: "It cannot be turned off: the server makes 0 its default, 2m." };
  }
  if (window > 0n && window < shortest) {
    yield { field: "duplicate_window", message: `${showDuration(window)} is too short: at least 100ms.` };
  }
  if (age > 0n && window > age) {
    const message = `${showDuration(window)} is longer than ${its("max_age")} (${showDuration(age)}).`;
    yield { field: "duplicate_window", message: `${message} Shorten it, or leave it out and it fits itself.` };
  }
};

const messageSizeFits: StreamRule = function* ({ config: { max_msg_size = -1 } }) {
  if (BigInt(max_msg_size) === 0n) {
    yield { field: "max_msg_size", message: `0 would be no limit at all to the server: write "unlimited".` };
  }
  if (BigInt(max_msg_size) > largestMessage) {
    yield { field: "max_msg_size", message: `It is more than the server can hold: below 2GiB, or "unlimited".` };
  }
};

const totalSizeIsNotZero: StreamRule = function* ({ config: { max_bytes = -1 } }) {
  if (BigInt(max_bytes) === 0n) {
    yield { field: "max_bytes", message: `0 would be no limit at all to the server: write "unlimited".` };
  }
};

const newPerSubjectHasItsLimits: StreamRule = function* ({ config, its }) {
  if (!config.discard_new_per_subject) return;
  const missing: string[] = [];
  if (config.discard !== "new") missing.push(`${its("discard")}: "new"`);
  if (Number(config.max_msgs_per_subject ?? -1) < 1) missing.push(its("max_msgs_per_subject"));
  if (missing.length > 0) {
    yield { field: "discard_new_per_subject", message: `It needs ${missing.join(" and ")} beside it.` };
  }
};

const markersLast: StreamRule = function* ({ config }) {
  if (config.subject_delete_marker_ttl === undefined) return;
  const ttl = BigInt(config.subject_delete_marker_ttl);
  if (ttl > 0n && ttl < second) {
    yield { field: "subject_delete_marker_ttl", message: `${showDuration(ttl)} is too short: at least 1s.` };
  }
};

/** Markers and schedules are roll-ups, and a roll-up purges. */
const rollUpsMayPurge: StreamRule = function* ({ config, its }) {
  const rollUps = config.allow_rollup_hdrs ? "allow_rollup_hdrs" : turnsRollUpsOn(config);
  if (config.deny_purge && rollUps) {
    yield { field: "deny_purge", message: `It cannot be true beside ${its(rollUps)}: a roll-up purges its subject.` };
  }
};

export const limitRules: StreamRule[] = [
  ageIsNotTiny,
  windowFitsAge,
  messageSizeFits,
  totalSizeIsNotZero,
  newPerSubjectHasItsLimits,
  markersLast,
  rollUpsMayPurge,
];
