import { newest } from "../support/versions.ts";

const DEFAULT = ["2.9.10", "2.10.27", newest];

/**
 * The server versions of the matrix. `NATS_SERVER_VERSIONS=2.11.11,2.12.8` takes these instead of the default ones, and
 * `NATS_SERVER_VERSIONS=+2.11.11,2.12.8` these too.
 */
export const matrixVersions: readonly string[] = chosen(process.env.NATS_SERVER_VERSIONS ?? "");

function chosen(asked: string): string[] {
  const listed = asked
    .replace(/^\+/, "")
    .split(",")
    .map((version) => version.trim())
    .filter((version) => version !== "");
  if (listed.length === 0) return DEFAULT;
  return asked.startsWith("+") ? [...new Set([...DEFAULT, ...listed])] : listed;
}
