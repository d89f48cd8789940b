import type { NatsConnection } from "nats";
import type { AccountInfo } from "./types.ts";
import { compareVersions } from "./version.ts";

/** The facts about a server that decisions depend on. */
export interface ServerFacts {
  /** The version, such as `2.10.27`. A pre-release counts as the release that it precedes. */
  version: string;
  /** The JetStream API level. `null` before 2.11, because such a server does not tell it. */
  apiLevel: number | null;
  /** The cluster's name. `null` on a server that is not clustered. */
  cluster: string | null;
}

export function serverFacts(nc: NatsConnection, account: AccountInfo | undefined): ServerFacts {
  // The client does not check what the server says about itself.
  const { version, cluster } = (nc.info ?? {}) as { version?: unknown; cluster?: unknown };
  return {
    version: typeof version === "string" ? version : "0.0.0",
    apiLevel: account?.api?.level ?? null,
    cluster: typeof cluster === "string" && cluster !== "" ? cluster : null,
  };
}

/** Whether the server has this release or a newer one. A pre-release counts as its release. */
export function isAtLeast(server: Pick<ServerFacts, "version">, release: string): boolean {
  return compareVersions(server.version.replace(/[-+].*$/, ""), release) >= 0;
}
