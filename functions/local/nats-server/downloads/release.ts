import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BINARY_NAME } from "../binary.ts";
import type { DownloadSource } from "../download-source.ts";
import { run } from "../run-program.ts";

/** Where `v<version>/<asset>` and `v<version>/SHA256SUMS` lie; `$NATS_SERVER_RELEASES` names a mirror of it. */
const RELEASES = "https://github.com/nats-io/nats-server/releases/download";

// A closed network often swallows packets instead of refusing them: without a bound every start would hang here.
const FIRST_ANSWER_MS = 5_000;
const WHOLE_DOWNLOAD_MS = 300_000;

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  win32: "windows",
};
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = {
  arm: "arm7",
  arm64: "arm64",
  ia32: "386",
  ppc64: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
  x64: "amd64",
};

/** The release that the NATS maintainers publish, checked against its SHA256SUMS. */
export const release: DownloadSource = {
  name: "the official release",

  async impossible() {
    const { platform, arch } = process;
    return PLATFORMS[platform] && ARCHITECTURES[arch] ? undefined : `there is none for ${platform} ${arch}`;
  },

  async fetch(version, into, { env }) {
    const base = `${(env.NATS_SERVER_RELEASES || RELEASES).replace(/\/+$/, "")}/v${version}`;
    const name = `nats-server-v${version}-${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
    const asset = `${name}.${process.platform === "win32" ? "zip" : "tar.gz"}`;

    const sums = (await get(`${base}/SHA256SUMS`)).toString();
    const expected = sumOf(asset, sums);
    if (expected === undefined) throw new Error(`its SHA256SUMS do not list ${asset}`);

    const archive = join(into, asset);
    await writeFile(archive, await get(`${base}/${asset}`));
    const actual = await sha256(archive);
    if (actual !== expected) throw new Error(`${asset} has checksum ${actual}, its SHA256SUMS say ${expected}`);

    // Windows' own tar unpacks zip as well.
    await run("tar", ["-xf", asset], { env, cwd: into, timeoutMs: 60_000 });
    return join(into, name, BINARY_NAME);
  },
};

function sumOf(asset: string, sums: string): string | undefined {
  for (const line of sums.split("\n")) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === asset && sum) return sum.toLowerCase();
  }
  return undefined;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function get(url: string): Promise<Buffer> {
  const { host, pathname } = new URL(url);
  const noAnswer = new AbortController();
  const timer = setTimeout(() => noAnswer.abort(), FIRST_ANSWER_MS);
  const signal = AbortSignal.any([noAnswer.signal, AbortSignal.timeout(WHOLE_DOWNLOAD_MS)]);
  const response = await fetch(url, { signal })
    .catch((error: unknown) => {
      throw new Error(`not reachable (${host}: ${reasonOf(error)})`, { cause: error });
    })
    .finally(() => clearTimeout(timer));
  if (!response.ok) throw new Error(`${host} answered ${response.status} for ${pathname}`);
  return response.arrayBuffer().then(Buffer.from, (error: unknown) => {
    throw new Error(`${pathname} broke off (${host}: ${reasonOf(error)})`, { cause: error });
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `not done after ${WHOLE_DOWNLOAD_MS / 1000} s`;
  if (error.name === "AbortError") return `no answer within ${FIRST_ANSWER_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}
