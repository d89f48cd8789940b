import { describe } from "vitest";
import { isAtLeast } from "../../lib/jetstream/server.ts";
import { versions } from "./versions.ts";

/** Like `eachVersion`, for what servers before a release do not have: skipped there, and seen to be. */
export function eachVersionSince(release: string, title: string, body: (version: string) => void): void {
  for (const version of versions) {
    describe.skipIf(!isAtLeast({ version }, release))(`${title} (nats-server ${version})`, () => body(version));
  }
}
