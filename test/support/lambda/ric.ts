import { access, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { run } from "../../../functions/local/nats-server/run-program.ts";
import { madeOnce } from "../made-once.ts";
import { missingTools } from "./build-tools.ts";

/** AWS's runtime interface client, as Lambda's own Node.js runtime has it. */
const NAME = "aws-lambda-ric";
const VERSION = "4.0.2";
/** Of the package's archive, by whatever way it came. */
const INTEGRITY = "sha512-FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==";

const CACHE = resolve(import.meta.dirname, "../../../.cache", NAME);
/** It compiles curl and a C++ library: half a minute on two idle cores. */
const BUILD_WITHIN_MS = 900_000;

/**
 * The client's entry, from the cache or fetched and built into it. It is no dependency of the package, because it
 * compiles native code, which `npm ci` should not need a compiler for.
 *
 * @param say told each step, a line at a time
 * @throws an Error of one sentence: what is missing, or what did not work
 */
export async function obtainRic(say: (line: string) => void): Promise<string> {
  const place = await madeOnce({
    cache: CACHE,
    version: VERSION,
    isWhole,
    async make(directory) {
      const missing = await missingTools(process.env);
      if (missing.length > 0) {
        throw new Error(
          `${NAME} ${VERSION} cannot be built here, because ${missing.join(", ")} is missing: install it.`,
        );
      }
      say(`${NAME} ${VERSION}: fetching and building it …`);
      const started = performance.now();
      await install(directory);
      if (!(await isWhole(directory))) throw new Error(`${NAME} ${VERSION} was installed, but has no native part.`);
      say(`${NAME} ${VERSION}: took ${((performance.now() - started) / 1000).toFixed(0)} s`);
    },
  });
  return entryOf(place);
}

/** First what would be installed, then whether that is the archive that is meant, and only then its scripts run. */
async function install(directory: string): Promise<void> {
  const manifest = { private: true, dependencies: { [NAME]: VERSION }, allowScripts: { [NAME]: true } };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  await npm(["install", "--package-lock-only", "--ignore-scripts"], directory);
  const integrity = await lockedIntegrity(join(directory, "package-lock.json"));
  if (integrity !== INTEGRITY) {
    throw new Error(
      `${NAME} ${VERSION} is not the one that is meant: its integrity is ${integrity}, not ${INTEGRITY}.`,
    );
  }
  // This one holds the archive against the lock file, and lets the scripts run.
  await npm(["ci"], directory);
}

async function npm(args: string[], cwd: string): Promise<void> {
  const headers = await nodeHeaders();
  const env = { ...process.env, ...(headers === undefined ? {} : { npm_config_nodedir: headers }) };
  // `npm -s run` would keep this one from saying what went wrong.
  const options = ["--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", [...args, ...options], { env, cwd, timeoutMs: BUILD_WITHIN_MS }).catch((error: Error) => {
    throw new Error(`${NAME} ${VERSION} could not be installed: ${error.message}.`);
  });
}

/** The folder with the headers of this very Node, where it brings them; node-gyp downloads them where not. */
async function nodeHeaders(): Promise<string | undefined> {
  const home = dirname(dirname(process.execPath));
  // The package `node` has the platform's in a package of its own.
  for (const place of [home, join(home, "node_modules", `node-${process.platform}-${process.arch}`)]) {
    const found = await access(join(place, "include/node/node_api.h")).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  return undefined;
}

async function lockedIntegrity(lockFile: string): Promise<unknown> {
  const lock: unknown = JSON.parse(await readFile(lockFile, "utf8"));
  const packages = (lock as { packages?: Record<string, { integrity?: string }> }).packages;
  return packages?.[`node_modules/${NAME}`]?.integrity;
}

/** The native part is what a build that was broken off lacks. The lock file says which archive it was built from. */
async function isWhole(directory: string): Promise<boolean> {
  const native = join(dirname(entryOf(directory)), "rapid-client.node");
  const checks = [
    readFile(native),
    readFile(entryOf(directory)),
    lockedIntegrity(join(directory, "package-lock.json")),
  ];
  const [, , integrity] = await Promise.all(checks).catch(() => []);
  return integrity === INTEGRITY;
}

function entryOf(directory: string): string {
  return join(directory, "node_modules", NAME, "index.mjs");
}
