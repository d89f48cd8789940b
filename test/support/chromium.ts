import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { run } from "../../functions/local/nats-server/run-program.ts";
import { madeOnce } from "./made-once.ts";

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
  const place = await madeOnce({
    cache: CACHE,
    version: VERSION,
    isWhole: async (directory) => (await exists(join(directory, "chromium"))) && exists(join(directory, "fonts")),
    make: (directory) => fetchInto(directory, env).catch(asSentence),
  });
  return {
    executablePath: join(place, "chromium"),
    env: { FONTCONFIG_PATH: join(place, "fonts"), XDG_CACHE_HOME: join(place, "cache") },
  };
}

async function fetchInto(directory: string, env: Record<string, string | undefined>): Promise<void> {
  const options = { env, cwd: directory, timeoutMs: FETCH_WITHIN_MS };
  const archive = join(directory, (await run("npm", ["pack", "--silent", `${NAME}@${VERSION}`], options)).trim());
  await verify(archive);
  await run("tar", ["-xzf", archive], options);
  const [whole, fonts] = [join(directory, "package"), join(directory, "fonts.tar")];
  await unpack(join(whole, "bin", "chromium.br"), join(directory, "chromium"));
  await chmod(join(directory, "chromium"), 0o755);
  await unpack(join(whole, "bin", "fonts.tar.br"), fonts);
  await run("tar", ["-xf", fonts, "fonts"], options);
  await writeFile(join(directory, "fonts", "fonts.conf"), FONTS);
  for (const each of [archive, whole, fonts]) await rm(each, { recursive: true });
}

function asSentence(error: unknown): never {
  const why = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  throw new Error(`Chromium could not be fetched (${why}): install one, and name it in CHROMIUM_BIN.`);
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
