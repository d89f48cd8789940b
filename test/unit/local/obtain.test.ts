import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DownloadSource } from "../../../functions/local/nats-server/download-source.ts";
import { release } from "../../../functions/local/nats-server/downloads/release.ts";
import { type ObtainOptions, obtainNatsServer } from "../../../functions/local/nats-server/obtain.ts";
import { addRelease, fakeBinary, type ReleaseServer, startReleaseServer } from "../../support/release-server.ts";
import { timed } from "../../support/timed.ts";

// No machine has it, so only what a test puts somewhere is found.
const VERSION = "97.1.2";

let dir: string;
let cacheDir: string;
let server: ReleaseServer;
let said: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
  cacheDir = join(dir, "cache");
  server = await startReleaseServer();
  said = [];
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

function obtain(options: Partial<ObtainOptions> = {}) {
  const env = { PATH: process.env.PATH, NATS_SERVER_RELEASES: server.url, ...options.env };
  const say = (line: string) => said.push(line);
  return obtainNatsServer({ version: VERSION, cacheDir, say, downloads: [release], ...options, env });
}

describe("the official release", () => {
  it("is downloaded, checked and kept in the cache, from where it comes the next time", async () => {
    await addRelease(server, VERSION, dir);

    const first = await obtain();
    const requestsOfFirst = server.requests.length;
    const second = await obtain();

    const path = join(cacheDir, VERSION, "nats-server");
    expect(first).toEqual({ path, version: VERSION, from: "the official release" });
    expect(second).toEqual({ path, version: VERSION, from: "the cache" });
    expect(server.requests).toHaveLength(requestsOfFirst);
    expect(await readdir(cacheDir)).toEqual([VERSION]);
    expect(said).toEqual([
      `nats-server ${VERSION}: trying the official release …`,
      expect.stringMatching(/^nats-server 97\.1\.2: the official release, took \d+\.\d s$/),
    ]);
  });

  it("is not used when its checksum is not the published one", async () => {
    const { asset } = await addRelease(server, VERSION, dir);
    server.files.set(asset, "something else");

    const obtaining = obtain();

    await expect(obtaining).rejects.toThrow(/has checksum [0-9a-f]{64}, its SHA256SUMS say [0-9a-f]{64}/);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("is not used when its checksums do not list it", async () => {
    const { sums } = await addRelease(server, VERSION, dir);
    server.files.set(sums, `${"0".repeat(64)}  another-file.zip\n`);

    await expect(obtain()).rejects.toThrow(/its SHA256SUMS do not list nats-server-v97\.1\.2-/);
  });

  it("is not used when it is another version than its name says", async () => {
    await addRelease(server, VERSION, dir, "nats-server: v1.0.0");

    await expect(obtain()).rejects.toThrow("it gave nats-server 1.0.0");
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("is told to be missing when the server answers 404", async () => {
    await expect(obtain()).rejects.toThrow(/127\.0\.0\.1:\d+ answered 404 for \/v97\.1\.2\/SHA256SUMS/);
  });

  it("is told to be out of reach when nothing listens, without a wait", async () => {
    const unreachable = server.url;
    await server[Symbol.asyncDispose]();

    const { value, ms } = await timed(() => obtain({ env: { NATS_SERVER_RELEASES: unreachable } }).catch(String));

    expect(value).toMatch(
      /^Error: nats-server 97\.1\.2 could not be obtained \(the official release: not reachable \(127\.0\.0\.1:\d+: ECONNREFUSED\)\): install nats-server 97\.1\.2, or set NATS_SERVER_BIN to the path of one\.$/,
    );
    expect(ms).toBeLessThan(2_000);
  });

  it("is given up after 5 s when nobody answers, as in a network that drops packets", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;

    const obtaining = obtain({ env: { NATS_SERVER_RELEASES: `http://127.0.0.1:${port}` } });

    await expect(obtaining).rejects.toThrow(`not reachable (127.0.0.1:${port}: no answer within 5 s)`);
    silent.close();
  }, 10_000);

  it("is whole for each of several that obtain it at the same time", async () => {
    await addRelease(server, VERSION, dir);

    const all = await Promise.all(Array.from({ length: 5 }, () => obtain()));

    expect(new Set(all.map(({ path }) => path))).toEqual(new Set([join(cacheDir, VERSION, "nats-server")]));
    expect(await readdir(cacheDir)).toEqual([VERSION]);
    expect((await obtain()).from).toBe("the cache");
  });
});

describe("a download that does not work", () => {
  const broken: DownloadSource = {
    name: "a broken mirror",
    impossible: async () => undefined,
    fetch: async () => Promise.reject(new Error("it is on fire")),
  };
  const impossible: DownloadSource = {
    name: "a missing tool",
    impossible: async () => "tool is not installed",
    fetch: async () => Promise.reject(new Error("tried although impossible")),
  };

  it("is followed by the next, and each is told", async () => {
    await addRelease(server, VERSION, dir);

    const { from } = await obtain({ downloads: [broken, impossible, release] });

    expect(from).toBe("the official release");
    expect(said[1]).toMatch(/^nats-server 97\.1\.2: not from a broken mirror, after \d+\.\d s: it is on fire$/);
  });

  it("ends, when all are like it, in one sentence with what was tried and what to do", async () => {
    await expect(obtain({ downloads: [broken, impossible] })).rejects.toThrow(
      `nats-server ${VERSION} could not be obtained (a broken mirror: it is on fire; a missing tool: tool is not ` +
        `installed): install nats-server ${VERSION}, or set NATS_SERVER_BIN to the path of one.`,
    );
  });
});

describe("a nats-server that is there already", () => {
  it("is taken from NATS_SERVER_BIN before anything else", async () => {
    const bin = await fakeBinary(join(dir, "mine"), `nats-server: v${VERSION}`);
    await fakeBinary(join(cacheDir, VERSION), `nats-server: v${VERSION}`);

    expect(await obtain({ env: { NATS_SERVER_BIN: bin } })).toEqual({
      path: bin,
      version: VERSION,
      from: "$NATS_SERVER_BIN",
    });
  });

  it.each([
    ["does not exist", async () => join(dir, "nothing"), /nothing\) cannot be used: .*nothing does not exist\.$/],
    ["is no nats-server", () => fakeBinary(join(dir, "m"), "hello"), /cannot be used: .* does not answer with a nats/],
    [
      "is too old",
      () => fakeBinary(join(dir, "m"), "nats-server: v2.9.25"),
      /is nats-server 2\.9\.25, and 2\.10\.0 or/,
    ],
  ])("is an error, and not passed over, when NATS_SERVER_BIN names one that %s", async (_title, make, message) => {
    const env = { NATS_SERVER_BIN: await make() };

    await expect(obtainNatsServer({ cacheDir, say: () => {}, downloads: [], env })).rejects.toThrow(message);
  });

  it("is passed over, and that is said, when another exact version is asked for", async () => {
    await addRelease(server, VERSION, dir);
    const bin = await fakeBinary(join(dir, "mine"), "nats-server: v2.12.0");

    const { from } = await obtain({ env: { NATS_SERVER_BIN: bin } });

    expect(from).toBe("the official release");
    expect(said[0]).toBe(`nats-server ${VERSION}: NATS_SERVER_BIN is 2.12.0, so it is not used`);
  });

  it("is taken from PATH when it is new enough, and the cache comes first", async () => {
    const installed = join(dir, "installed");
    await fakeBinary(join(dir, "old"), "nats-server: v2.9.25");
    await fakeBinary(installed, "nats-server: v2.10.1");
    const options = { cacheDir, say: () => {}, env: { PATH: `${join(dir, "old")}:${installed}` }, downloads: [] };

    const fromPath = await obtainNatsServer(options);
    await fakeBinary(join(cacheDir, "2.9.10"), "nats-server: v2.9.10");
    await fakeBinary(join(cacheDir, "2.11.4"), "nats-server: v2.11.4");
    const fromCache = await obtainNatsServer(options);

    expect(fromPath).toEqual({ path: join(installed, "nats-server"), version: "2.10.1", from: "PATH" });
    expect(fromCache).toMatchObject({ version: "2.11.4", from: "the cache" });
  });

  it("is downloaded again when the one in the cache is broken", async () => {
    await addRelease(server, VERSION, dir);
    const broken = await fakeBinary(join(cacheDir, VERSION), "");

    const { path, from } = await obtain();

    expect({ path, from }).toEqual({ path: broken, from: "the official release" });
    expect(said[0]).toMatch(/the one in the cache cannot be used/);
    await access(path);
  });
});
