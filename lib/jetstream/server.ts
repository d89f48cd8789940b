import type { NatsConnection } from "nats";
import type { AccountInfo } from "./types.ts";
import { compareVersions } from "./version.ts";

/** What a server can do, as far as a decision depends on it. */
export interface ServerFacts {
  /** `2.10.27`; pre-release suffixes count as the release they precede. */
  version: string;
  /** The JetStream API level; `null` before 2.11, which does not tell. */
  apiLevel: number | null;
  /** The cluster's name; `null` on a server that is not clustered. */
  cluster: string | null;
}

export function serverFacts(nc: NatsConnection, account: AccountInfo | undefined): ServerFacts {
  // The client does not look at what the server says of itself.
  const { version, cluster } = (nc.info ?? {}) as { version?: unknown; cluster?: unknown };
  return {
    version: typeof version === "string" ? version : "0.0.0",
    apiLevel: account?.api?.level ?? null,
    cluster: typeof cluster === "string" && cluster !== "" ? cluster : null,
  };
}

/** Whether the server is of this release or newer. A pre-release has what its release has. */
export function isAtLeast(server: Pick<ServerFacts, "version">, release: string): boolean {
  return compareVersions(server.version.replace(/[-+].*$/, ""), release) >= 0;
}
