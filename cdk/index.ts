/** The package's own entry: the construct, and the library. */

export { SettingsError } from "../functions/ensure/settings.ts";
export type { MetricName } from "../functions/ensure/telemetry/metric-names.ts";
export * from "../lib/index.ts";
export { JetStreamEnsure } from "./construct/jetstream-ensure.ts";
export type * from "./construct/props.ts";
export type { AlarmName } from "./observability/alarms.ts";
