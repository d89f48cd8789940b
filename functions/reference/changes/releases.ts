/** Both sides of each server release that any row of the field tables names. */
export const RELEASES = [
  ["2.9.0", "2.9.1", "2.9.15", "2.9.16", "2.9.25", "2.10.0", "2.10.5", "2.10.6", "2.10.27", "2.10.28", "2.11.0"],
  ["2.11.1", "2.11.2", "2.11.17", "2.12.0", "2.12.4", "2.12.5", "2.12.9", "2.14.0", "2.14.6", "2.15.0", "2.15.2"],
].flat();

/** Neighbouring releases of which the same is said. */
export interface ReleaseRange<Said> {
  from: string;
  to: string;
  said: Said;
  text: string;
}

/** Asks about each release, and joins neighbours whose answers have the same text. */
export function byRelease<Said>(ask: (version: string) => Said, textOf: (said: Said) => string): ReleaseRange<Said>[] {
  const ranges: ReleaseRange<Said>[] = [];
  for (const version of RELEASES) {
    const said = ask(version);
    // A reason that names the server is the same one on the next.
    const text = textOf(said).replaceAll(`server ${version} `, "this server ");
    const last = ranges.at(-1);
    if (last?.text === text) last.to = version;
    else ranges.push({ from: version, to: version, said, text });
  }
  return ranges;
}
