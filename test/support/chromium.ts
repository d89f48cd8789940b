import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { unfinishedDirectory } from "../../functions/local/nats-server/cache.ts";
import { run } from "../../functions/local/nats-server/run.ts";

/** A Chromium without windows for Linux x64, as an npm package: it comes the way all else here does. */
const NAME = "@sparticuz/chromium";
const VERSION = "147.0.0";
/** Of the package's archive, by whatever way it came. */
const INTEGRITY = "sha512-4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ==";

const CACHE = resolve(import.meta.dirname, "../../.cache/chromium");
const FETCH_WITHIN_MS = 600_000;

/** The package's own configuration looks where Lambda would unpack it. */
const FONTS = `<?xml version="1.0"?>
<fontconfig>
  <dir prefix="relative">.</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

export interface Chromium {
  executablePath: string;
  /** Of the browser's process: fonts of its own, so that a page looks the same on a machine without any. */
  env: Record<string, string>;
}

/**
 * The Chromium named by `CHROMIUM_BIN`, or the one in the cache, fetched where it is not there yet (66 MB).
 *
 * @throws an Error of one sentence
 */
export async function obtainChromium(env: Record<string, string | undefined> = process.env): Promise<Chromium> {
  if (env.CHROMIUM_BIN) return { executablePath: env.CHROMIUM_BIN, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `Chromium can be fetched for Linux on x64 only, and this is ${process.platform} on ${process.arch}: install one, ` +
        "and name it in CHROMIUM_BIN.",
    );
  }
  const place = join(CACHE, VERSION);
  if (!(await exists(place))) await fetchInto(place, env);
  return {
    executablePath: join(place, "chromium"),
    env: { FONTCONFIG_PATH: join(place, "fonts"), XDG_CACHE_HOME: join(place, "cache") },
  };
}

async function fetchInto(place: string, env: Record<string, string | undefined>): Promise<void> {
  const unfinished = await unfinishedDirectory(CACHE);
  try {
    const options = { env, cwd: unfinished, timeoutMs: FETCH_WITHIN_MS };
    const archive = join(unfinished, (await run("npm", ["pack", "--silent", `${NAME}@${VERSION}`], options)).trim());
    await verify(archive);
    await run("tar", ["-xzf", archive], options);
    const bin = join(unfinished, "package", "bin");
    const whole = join(unfinished, "whole");
    await mkdir(whole);
    await unpack(join(bin, "chromium.br"), join(whole, "chromium"));
    await chmod(join(whole, "chromium"), 0o755);
    await unpack(join(bin, "fonts.tar.br"), join(unfinished, "fonts.tar"));
    await run("tar", ["-xf", join(unfinished, "fonts.tar"), "-C", whole, "fonts"], options);
    await writeFile(join(whole, "fonts", "fonts.conf"), FONTS);
    await rename(whole, place).catch(async (error: unknown) => {
      // Another process may have been faster: then its is as good.
      if (!(await exists(place))) throw error;
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    throw new Error(`Chromium could not be fetched (${why}): install one, and name it in CHROMIUM_BIN.`);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function verify(archive: string): Promise<void> {
  const integrity = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (integrity !== INTEGRITY) {
    throw new Error(`${NAME} ${VERSION} is not the one that is meant: its integrity is ${integrity}, not ${INTEGRITY}`);
  }
}

async function unpack(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
