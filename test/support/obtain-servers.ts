import pLimit from "p-limit";
import type { TestProject } from "vitest/node";
import { REPO_CACHE } from "../../functions/local/nats-server/cache.ts";
import { obtainNatsServer } from "../../functions/local/nats-server/obtain.ts";
import { newest, versions } from "./versions.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The path of the binary of each version. */
    natsServers: Record<string, string>;
  }
}

// Building one from source takes a few cores.
const AT_ONCE = 2;

/** Has the binaries of all versions at hand before the first broker test; without them no test is skipped: it fails. */
export default async function obtainServers(project: TestProject): Promise<void> {
  await provideServers(project, [...new Set([...versions, newest])]);
}

/** The same, for tests that need only some. */
export async function provideServers(project: TestProject, wanted: readonly string[]): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const obtained = await Promise.all(
    wanted.map((version) => limit(() => obtainNatsServer({ version, cacheDir: REPO_CACHE, say, env: process.env }))),
  );
  project.provide("natsServers", Object.fromEntries(obtained.map(({ version, path }) => [version, path])));
}
