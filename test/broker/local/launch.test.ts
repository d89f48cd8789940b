import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nkeyAuthenticator, nkeys } from "nats";
import { describe, expect, it } from "vitest";
import { startNatsServer } from "../../../functions/local/nats-server/launch.ts";
import { asFiles, createAuthority } from "../../support/certificates.ts";
import { binaryOf, eachVersion, startServer, withServer } from "../../support/nats-server.ts";
import { api, publish } from "../../support/raw.ts";
import { newest, versions } from "../../support/versions.ts";

const [oldest = newest] = versions;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function varz(server: { monitorUrl: string }) {
  return (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { host: string; version: string };
}

eachVersion("a launched nats-server", (version) => {
  it("takes clients, has JetStream, and listens on this machine only", async () => {
    await using server = await startServer(version);
    const nc = await server.connect();

    expect(nc.info?.version).toBe(version);
    expect(nc.info?.jetstream).toBe(true);
    expect(server.url).toBe(`nats://127.0.0.1:${server.port}`);
    expect((await varz(server)).host).toBe("127.0.0.1");
    expect((await stat(server.configPath)).mode & 0o777).toBe(0o600);
  });

  it.each(["stop", "kill"] as const)("keeps port and messages over %s and restart", async (end) => {
    await using server = await startServer(version);
    const before = { url: server.url, monitorUrl: server.monitorUrl, pid: server.pid };
    const nc = await server.connect({ reconnect: false });
    await api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s"] });
    await publish(nc, "s", 3);

    await server[end]();
    expect(isRunning(before.pid)).toBe(false);
    await server.restart();

    const again = await server.connect();
    expect((await api(again, "STREAM.INFO.S")).state.messages).toBe(3);
    expect({ url: server.url, monitorUrl: server.monitorUrl }).toMatchObject({
      url: before.url,
      monitorUrl: before.monitorUrl,
    });
    expect(server.pid).not.toBe(before.pid);
  });

  it("enforces the limits it was given", async () => {
    await using server = await startServer(version, { jetstream: { maxFileStore: 1024 * 1024 } });
    const nc = await server.connect();

    const create = api(nc, "STREAM.CREATE.S", { name: "S", subjects: ["s"], max_bytes: 2 * 1024 * 1024 });

    await expect(create).rejects.toMatchObject({ errCode: 10047 });
  });

  it("has accounts, permissions and account limits from the server's own syntax", async () => {
    const config = `
      accounts {
        TEAM {
          jetstream { max_streams: 1 }
          users: [{ user: "reader", password: "r", permissions { publish: { deny: "$JS.API.STREAM.CREATE.*" } } },
                  { user: "writer", password: "w" }]
        }
      }`;
    await using server = await startServer(version, { config });
    const writer = await server.connect({ user: "writer", pass: "w" });
    const reader = await server.connect({ user: "reader", pass: "r" });

    await api(writer, "STREAM.CREATE.A", { name: "A", subjects: ["a"] });

    await expect(api(writer, "STREAM.CREATE.B", { name: "B", subjects: ["b"] })).rejects.toMatchObject({
      errCode: 10027,
    });
    expect((await api(reader, "STREAM.NAMES")).streams).toEqual(["A"]);
    await expect(api(reader, "STREAM.CREATE.C", { name: "C" })).rejects.toThrow(/permission/i);
  });
});

describe("a launched nats-server", () => {
  it("lets in who has the password, and nobody else", async () => {
    await using server = await startServer(newest, { login: { user: "ops", password: 'a "b" \\ $c' } });

    await server.connect({ user: "ops", pass: 'a "b" \\ $c' });
    await expect(server.connect({ user: "ops", pass: "wrong" })).rejects.toThrow(/authorization/i);
    await expect(server.connect()).rejects.toThrow(/authorization/i);
  });

  it("lets in who has the token, or the nkey", async () => {
    const user = nkeys.createUser();
    await using byToken = await startServer(newest, { login: { token: "t0ken" } });
    await using byKey = await startServer(newest, { login: { nkey: user.getPublicKey() } });

    await byToken.connect({ token: "t0ken" });
    await byKey.connect({ authenticator: nkeyAuthenticator(user.getSeed()) });
    await expect(byToken.connect()).rejects.toThrow(/authorization/i);
    await expect(byKey.connect()).rejects.toThrow(/authorization|authenticator|nkey/i);
  });

  it("speaks TLS, and wants the client's certificate when told so", async () => {
    const authority = await createAuthority();
    const [server, client] = [await authority.server(), await authority.client()];
    await using files = await asFiles({
      ca: authority.cert,
      cert: server.cert,
      key: server.key,
      clientCert: client.cert,
      clientKey: client.key,
    });
    await using started = await startServer(newest, { tls: { cert: files.cert, key: files.key, ca: files.ca } });

    expect(started.url).toMatch(/^tls:/);
    await started.connect({ tls: { caFile: files.ca, certFile: files.clientCert, keyFile: files.clientKey } });
    await expect(started.connect({ tls: { caFile: files.ca }, reconnect: false })).rejects.toThrow();
  });

  it("has no JetStream when it is switched off", async () => {
    await withServer(newest, { jetstream: false }, async (server) => {
      const nc = await server.connect();

      expect(nc.info?.jetstream).toBeFalsy();
    });
  });

  it("can be restarted as a newer version, with other options, on the same data", async () => {
    await using server = await startServer(oldest);
    await api(await server.connect({ reconnect: false }), "STREAM.CREATE.S", { name: "S", subjects: ["s"] });

    await server.restart({ bin: binaryOf(newest), options: { login: { token: "t" } } });

    const nc = await server.connect({ token: "t" });
    expect(nc.info?.version).toBe(newest);
    expect((await api(nc, "STREAM.NAMES")).streams).toEqual(["S"]);
  });

  it("that does not start says so with the end of its log", async () => {
    const start = startServer(newest, { config: "no_such_option_at_all: 1" });

    await expect(start).rejects.toThrow(
      /^nats-server did not start: it ended with exit code 1\. The end of its log:\n.*no_such_option_at_all/s,
    );
  });

  it("that finds its port taken says so", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    await expect(startServer(newest, { port })).rejects.toThrow(/did not start.*address already in use/s);
    other.close();
  });

  it("whose binary is missing says so at once", async () => {
    const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));

    await expect(startNatsServer({ bin: join(dir, "nothing"), dir })).rejects.toThrow(/did not start: .*ENOENT/);
    await rm(dir, { recursive: true });
  });

  it("leaves nothing behind at the end of a test", async () => {
    let pid = 0;
    let dir = "";
    await withServer(newest, {}, async (server) => {
      pid = server.pid;
      dir = join(server.configPath, "..");
    });

    expect(isRunning(pid)).toBe(false);
    await expect(access(dir)).rejects.toThrow("ENOENT");
  });

  it.each([
    ["is interrupted", "SIGINT", ""],
    ["is terminated", "SIGTERM", ""],
    ["loses its terminal", "SIGHUP", ""],
    ["ends by itself", undefined, "setTimeout(() => process.exit(3), 50);"],
  ] as const)("ends with the program that started it when that %s", async (_title, signal, then) => {
    const dir = await mkdtemp(join(tmpdir(), "jetstream-ensure-"));
    const launch = new URL("../../../functions/local/nats-server/launch.ts", import.meta.url).href;
    const program = `
      const { startNatsServer } = await import(${JSON.stringify(launch)});
      const server = await startNatsServer(${JSON.stringify({ bin: binaryOf(newest), dir })});
      console.log(server.pid);
      ${then}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);

    if (signal) child.kill(signal);
    const [code, endedBy] = await once(child, "exit");

    expect({ code, endedBy }).toEqual(signal ? { code: null, endedBy: signal } : { code: 3, endedBy: null });
    for (let i = 0; i < 100 && isRunning(pid); i++) await sleep(20);
    expect(isRunning(pid)).toBe(false);
    expect(await readFile(join(dir, "nats-server.log"), "utf8")).toContain("Server Exiting");
    await rm(dir, { recursive: true });
  });
});
