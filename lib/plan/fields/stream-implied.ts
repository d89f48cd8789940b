import { isAtLeast, type ServerFacts } from "../../jetstream/server.ts";
import type { Int64, StreamConfig } from "../../jetstream/types.ts";
import { isZero } from "./canonical.ts";

/** What one field of a stream's config says about another. */

/**
 * What the server makes of a config as a whole, beyond each field's own spelling: fields that another one implies.
 *
 * 1. Sealing ends ages, roll-ups, deletes and purges, and refuses new messages.
 * 2. Delete markers need message TTLs; they and schedules need roll-ups, which need purges.
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
 * A duplicate window that the topology leaves open is kept, but for one longer than a declared age, which the server
 * refuses (10052): it follows the age down. Clients that send the live window back hit this with every age below 2m.
 */
function windowWithinAge(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  const { max_age: age = 0, duplicate_window: window = 0 } = config;
  if (enforced.duplicate_window !== undefined || isZero(age) || window <= age) return config;
  return { ...config, duplicate_window: age };
}

/** Refusing by subject goes with what it needs, a limit per subject and refusing at all (10052 otherwise). */
function perSubjectWithItsNeeds(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  if (!config.discard_new_per_subject || enforced.discard_new_per_subject !== undefined) return config;
  const stays = config.discard === "new" && Number(config.max_msgs_per_subject ?? 0) > 0;
  return stays ? config : { ...config, discard_new_per_subject: false };
}

/** Fields left open that a declared one would make the server refuse. */
export function fittedStream(config: StreamConfig, enforced: Partial<StreamConfig>): StreamConfig {
  return perSubjectWithItsNeeds(windowWithinAge(config, enforced), enforced);
}

const TWO_MINUTES = 120_000_000_000;

/** Nothing for a mirror, nothing for sources since 2.14, else two minutes or the age if that is shorter. */
export function defaultWindow(config: StreamConfig, server: ServerFacts): Int64 {
  if (config.mirror) return 0;
  if (config.sources?.length && isAtLeast(server, "2.14.0")) return 0;
  return usualWindow(config.max_age);
}

/** Two minutes, or the age if that is shorter. */
export function usualWindow(age: Int64 = 0): Int64 {
  return age > 0 && age < TWO_MINUTES ? age : TWO_MINUTES;
}

/** The stream's own name, unless it takes its messages from elsewhere. */
export function defaultSubjects(config: StreamConfig): string[] {
  return config.mirror || config.sources?.length ? [] : [config.name];
}
