import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { compareVersions } from "../../../lib/jetstream/version.ts";
import { BINARY_NAME } from "./binary.ts";

/** The cache of this repo; git-ignored. */
export const REPO_CACHE = resolve(import.meta.dirname, "../../../.cache/nats-server");

const UNFINISHED = ".unfinished-";
const HOUR_MS = 3_600_000;

export function cachedPath(cacheDir: string, version: string): string {
  return join(cacheDir, version, BINARY_NAME);
}

/** The versions the cache holds, newest first. */
export async function cachedVersions(cacheDir: string): Promise<string[]> {
  const names = await readdir(cacheDir).catch(() => []);
  return names.filter((name) => /^\d+\.\d+\.\d+/.test(name)).sort((a, b) => compareVersions(b, a));
}

/**
 * A directory for one download, in the cache so that what lands there can be moved into place in one step: whoever
 * looks into the cache meanwhile, or downloads the same, sees a whole binary or none.
 */
export async function unfinishedDirectory(cacheDir: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  await forgetInterrupted(cacheDir);
  return mkdtemp(join(cacheDir, UNFINISHED));
}

/** Moves a verified binary into the cache. Two processes may do so for one version: the last wins, both are whole. */
export async function moveIntoCache(binary: string, cacheDir: string, version: string): Promise<string> {
  const path = cachedPath(cacheDir, version);
  await mkdir(dirname(path), { recursive: true });
  await rename(binary, path);
  return path;
}

/** A download that was killed leaves up to 100 MB of package lists behind; one of the last hour may still be running. */
async function forgetInterrupted(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(cacheDir, name);
    const age = Date.now() - (await stat(path).then((each) => each.mtimeMs, Date.now));
    if (age > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
