/** The entry of the package: it exports the construct and the library. */

export { SettingsError } from "../functions/ensure/settings.ts";
export type { MetricName } from "../functions/ensure/telemetry/metric-names.ts";
export * from "../lib/index.ts";
export type * from "./construct/options/props.ts";
export { JetStreamEnsure } from "./jetstream-ensure.ts";
export type { AlarmName } from "./observability/alarms.ts";
