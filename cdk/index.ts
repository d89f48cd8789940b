/** The package's own entry: the construct, and the library. */
export type { MetricName } from "../functions/ensure/metric-names.ts";
export { SettingsError } from "../functions/ensure/settings.ts";
export * from "../lib/index.ts";
export type { AlarmName } from "./alarms.ts";
export { JetStreamEnsure } from "./jetstream-ensure.ts";
export type * from "./props.ts";
