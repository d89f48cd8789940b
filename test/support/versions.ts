import { NEWEST_KNOWN } from "../../functions/local/nats-server/version.ts";

/** The server that tests of what is the same on all versions run on. */
export const newest = NEWEST_KNOWN;

const DEFAULT = ["2.9.10", "2.10.27", newest];

/**
 * The server versions that the broker tests and the matrix run on. `NATS_SERVER_VERSIONS=2.11.11,2.12.8` takes these
 * instead of the default ones, `NATS_SERVER_VERSIONS=+2.11.11,2.12.8` these too. The newest is always obtained, for the
 * tests that need only one.
 */
export const versions: readonly string[] = chosen(process.env.NATS_SERVER_VERSIONS ?? "");

function chosen(asked: string): string[] {
  const listed = asked
    .replace(/^\+/, "")
    .split(",")
    .map((version) => version.trim())
    .filter((version) => version !== "");
  if (listed.length === 0) return DEFAULT;
  return asked.startsWith("+") ? [...new Set([...DEFAULT, ...listed])] : listed;
}
