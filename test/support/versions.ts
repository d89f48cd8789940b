import { NEWEST_KNOWN } from "../../functions/local/nats-server/version.ts";

/** The server that tests of what is the same on all versions run on. */
export const newest = NEWEST_KNOWN;

/**
 * The server versions that the broker tests run on. `NATS_SERVER_VERSIONS=2.9.10,2.12.8` runs them on others; the
 * newest is always obtained too, for the tests that need only one.
 */
export const versions: readonly string[] = process.env.NATS_SERVER_VERSIONS?.split(",")
  .map((version) => version.trim())
  .filter((version) => version !== "") ?? ["2.9.10", "2.10.27", newest];
