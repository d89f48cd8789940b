import { compareVersions } from "../../../lib/jetstream/version.ts";

/** The newest release this project was run against: what is downloaded when nobody asks for another. */
export const NEWEST_KNOWN = "2.15.2";

/** The oldest server that `npm start` takes when it finds one: 2.9 knows neither metadata nor compression. */
export const OLDEST_ACCEPTED = "2.10.0";

/** The version in what `nats-server -v` prints (`nats-server: v2.10.27`), without the `v`; undefined if there is none. */
export function versionIn(output: string): string | undefined {
  return /nats-server:?\s+v?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(output)?.[1];
}

/** By release; a pre-release is older than its release. */
export function isAtLeast(version: string, oldest: string): boolean {
  return compareVersions(version, oldest) >= 0;
}
