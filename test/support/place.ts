import { describe } from "vitest";
import { startServer, startTestCluster, type TestCluster, type TestServer } from "./nats-server.ts";
import { versions } from "./versions.ts";

/** Where resources can live, as far as a declaration depends on it. */
export interface Place extends AsyncDisposable {
  /** Of any member. */
  url: string;
  connect: TestServer["connect"] | TestCluster["connect"];
}

export interface PlaceKind {
  version: string;
  clustered: boolean;
}

/** Tags of the servers of a cluster. */
export const TAGS = ["ssd", "eu"];

/** The name of its cluster, for a placement that names it. Another process's clusters have another one. */
export const CLUSTER_NAME = `local-${process.pid}`;

export async function startPlace({ version, clustered }: PlaceKind): Promise<Place> {
  if (!clustered) return startServer(version);
  const cluster = await startTestCluster({
    version,
    name: CLUSTER_NAME,
    options: { config: `server_tags: ${JSON.stringify(TAGS)}` },
  });
  return { ...cluster, url: cluster.urls[0] ?? "", [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

/** Runs the tests in `body` on each version, on one server and on a cluster of three. */
export function eachPlace(title: string, body: (kind: PlaceKind) => void): void {
  describe.each(versions)(`${title} (nats-server %s`, (version) => {
    describe.each([
      ["standalone)", false],
      ["three nodes)", true],
    ])("%s", (_, clustered) => body({ version, clustered }));
  });
}
