import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { unfinishedDirectory } from "../../functions/local/nats-server/cache.ts";

export interface Made {
  /** Where it is kept; git-ignored. */
  cache: string;
  version: string;
  /** Whether a directory has all of it; what was broken off, or is of another machine, has not. */
  isWhole(directory: string): Promise<boolean>;
  /** Makes it in an empty directory. */
  make(directory: string): Promise<void>;
}

/**
 * The directory of a cache with something that takes long to fetch or to build: as it is, or made now. It is made aside
 * and moved into place in one step, so that whoever looks meanwhile, or makes the same, sees all of it or nothing.
 */
export async function madeOnce({ cache, version, isWhole, make }: Made): Promise<string> {
  const place = join(cache, version);
  if (await isWhole(place)) return place;
  const unfinished = await unfinishedDirectory(cache);
  try {
    await make(unfinished);
    await rename(unfinished, place).catch(async (error: unknown) => {
      // Another process may have been faster: then its is as good.
      if (await isWhole(place)) return;
      await rm(place, { recursive: true, force: true });
      await rename(unfinished, place).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return place;
}
