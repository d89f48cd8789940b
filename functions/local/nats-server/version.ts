/** The newest release this project was run against: what is downloaded when nobody asks for another. */
export const NEWEST_KNOWN = "2.15.1";

/** The oldest server that `npm start` takes when it finds one: 2.9 knows neither metadata nor compression. */
export const OLDEST_ACCEPTED = "2.10.0";

/** The version in what `nats-server -v` prints (`nats-server: v2.10.27`), without the `v`; undefined if there is none. */
export function versionIn(output: string): string | undefined {
  return /nats-server:?\s+v?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(output)?.[1];
}

/** Negative if `a` is older than `b`, positive if newer. A pre-release (`2.14.0-RC.1`) is older than its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === "" || right.pre === "") return left.pre === "" ? 1 : -1;
  return left.pre.localeCompare(right.pre, "en", { numeric: true });
}

export function isAtLeast(version: string, oldest: string): boolean {
  return compareVersions(version, oldest) >= 0;
}

function split(version: string): { numbers: number[]; pre: string } {
  const [release = "", ...pre] = version.replace(/^v/, "").split("-");
  return { numbers: release.split(".").map(Number), pre: pre.join("-") };
}
