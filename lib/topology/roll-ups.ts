import type { StreamConfig } from "../jetstream/types.ts";

/** Whether messages that expire leave a marker behind. */
export function hasMarkers({ subject_delete_marker_ttl: ttl = 0 }: Partial<StreamConfig>): boolean {
  return BigInt(ttl) > 0n;
}

/** The field because of which the server turns roll-ups on: schedules and delete markers are roll-ups. */
export function turnsRollUpsOn(config: Partial<StreamConfig>): keyof StreamConfig | undefined {
  if (config.allow_msg_schedules) return "allow_msg_schedules";
  return hasMarkers(config) ? "subject_delete_marker_ttl" : undefined;
}
