/** Names under which Debian's own archive is listed; a third party's list has other suites or components. */
const SUITES = ["bullseye", "bookworm", "trixie", "forky", "sid", "oldstable", "stable", "testing", "unstable"];

/**
 * Where this machine gets Debian from (a mirror, perhaps the only one it can reach).
 *
 * @param sources the text of one file: one-line (`sources.list`) or deb822 (`*.sources`) form.
 */
export function debianUri(sources: string): string | undefined {
  const lines = sources.split("\n").filter((line) => !line.startsWith("#"));
  for (const line of lines) {
    const [, uri, suite, components] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    if (uri && isDebian(suite, components)) return uri;
  }
  for (const stanza of lines.join("\n").split(/\n\s*\n/)) {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, "im").exec(stanza)?.[1];
    const uri = field("URIs")?.split(/\s+/)[0];
    if (uri && isDebian(field("Suites"), field("Components"))) return uri;
  }
  return undefined;
}

function isDebian(suites = "", components = ""): boolean {
  const words = (text: string) => text.trim().split(/\s+/);
  return words(suites).some((suite) => SUITES.includes(suite)) && words(components).includes("main");
}
