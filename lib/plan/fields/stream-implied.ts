import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { Int64, StreamConfig } from "../../jetstream/types.ts";
import { isZero } from "./canonical.ts";

/** Fields of a stream's config that other fields of it determine. */

/**
 * Adds the fields that another field implies, as the server does it for a whole config.
 *
 * 1. Sealing removes the age, forbids roll-ups, deletes and purges, and refuses new messages.
 * 2. Delete markers need message TTLs. Markers and schedules need roll-ups, and roll-ups need purges.
 */
export function impliedByStream(config: StreamConfig): StreamConfig {
  if (config.sealed) {
    return {
      ...config,
      max_age: 0,
      discard: "new",
      deny_delete: true,
      deny_purge: true,
      allow_rollup_hdrs: false,
    };
  }
  const markers = !isZero(config.subject_delete_marker_ttl);
  if (!markers && !config.allow_msg_schedules) return config;
  return {
    ...config,
    ...(markers ? { allow_msg_ttl: true } : {}),
    ...(config.allow_rollup_hdrs ? {} : { allow_rollup_hdrs: true, deny_purge: false }),
  };
}

/**
 * Shortens an undeclared duplicate window to the stream's age, because the server refuses a longer window (10052). A
 * shorter one keeps its live value. Clients that send the live window back meet this error with every age below 2m.
 */
function windowWithinAge(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  const { max_age: age = 0, duplicate_window: window = 0 } = config;
  if (enforced.duplicate_window !== undefined || isZero(age) || window <= age) return config;
  return { ...config, duplicate_window: age };
}

/**
 * Clears an undeclared `discard_new_per_subject` if the config no longer has what it needs: discard "new" and a limit
 * per subject. The server would refuse the config (10052).
 */
function perSubjectWithinNeeds(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  if (!config.discard_new_per_subject || enforced.discard_new_per_subject !== undefined) return config;
  const stays = config.discard === "new" && Number(config.max_msgs_per_subject ?? 0) > 0;
  return stays ? config : { ...config, discard_new_per_subject: false };
}

/** Changes undeclared fields that would make the server refuse a declared one. */
export function fittedStream(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  return perSubjectWithinNeeds(windowWithinAge(config, enforced), enforced);
}

const TWO_MINUTES = 120_000_000_000;

/** The server's default window: 0 for a mirror, 0 for a stream with sources since 2.14, otherwise the usual window. */
export function defaultWindow(config: StreamConfig, server: ServerFacts): Int64 {
  if (config.mirror) return 0;
  if (config.sources?.length && isAtLeast(server, "2.14.0")) return 0;
  return usualWindow(config.max_age);
}

/** Two minutes, or the stream's age if that is shorter. */
export function usualWindow(age: Int64 = 0): Int64 {
  return age > 0 && age < TWO_MINUTES ? age : TWO_MINUTES;
}

/** The stream's own name; none if the stream takes its messages from other streams. */
export function defaultSubjects(config: StreamConfig): string[] {
  return config.mirror || config.sources?.length ? [] : [config.name];
}
