import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { freePorts } from "../process/free-ports.ts";
import { configText, type Place, type ServerOptions } from "./options.ts";
import { type RunningProcess, startProcess } from "./server-process.ts";

export type { ServerOptions } from "./options.ts";

const ATTEMPTS = 5;

export interface LaunchOptions {
  /** Path of the binary. */
  bin: string;
  /** Where its config, log and data lie; made if it does not exist. What it stored there before is found again. */
  dir: string;
  options?: ServerOptions;
  /** Told where it listens. */
  say?: (line: string) => void;
  /** Its part in a cluster; see cluster.ts. */
  cluster?: NonNullable<Place["cluster"]>;
}

export interface NatsServer {
  /** For clients: `nats://127.0.0.1:…`, or `tls://…`. Stays the same over restarts. */
  readonly url: string;
  /** `http://127.0.0.1:…` of `/varz`, `/jsz` and the like. Stays the same over restarts. */
  readonly monitorUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly configPath: string;
  readonly logPath: string;
  /** Ends it as an operator would (SIGTERM); by force if it is still there after 10 s. Nothing if it is not running. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Stops it if it runs, and starts it on the same data and ports: as it was, or another binary, or other options. */
  restart(change?: { bin?: string; options?: ServerOptions }): Promise<void>;
}

/**
 * A nats-server of its own, on 127.0.0.1 only, that takes clients when this resolves. It ends with this process.
 *
 * @throws an Error with the end of the server's log when it does not start.
 */
export async function startNatsServer(launch: LaunchOptions): Promise<NatsServer> {
  const dir = resolve(launch.dir);
  const [configPath, logPath] = [join(dir, "nats-server.conf"), join(dir, "nats-server.log")];
  const portsDir = join(dir, "ports");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  let { bin, options = {} } = launch;
  const place: Place = {
    storeDir: join(dir, "data"),
    portsDir,
    port: 0,
    monitorPort: 0,
    ...(launch.cluster && { cluster: launch.cluster }),
  };

  async function start(): Promise<RunningProcess> {
    // A killed server leaves its file behind, and the next one may get the same process id.
    await rm(portsDir, { recursive: true, force: true });
    await mkdir(portsDir);
    await rm(configPath, { force: true });
    await writeFile(configPath, configText(options, place), { mode: 0o600 });
    const started = await startProcess({ bin, configPath, logPath, portsDir });
    launch.say?.(`nats-server listens on ${started.url}, monitoring on ${started.monitorUrl}`);
    return started;
  }

  /** The ports are held, so that they are still free at a restart. What holds nothing may have taken one all the same. */
  async function startOnFreePorts(): Promise<RunningProcess> {
    for (let attempt = 1; ; attempt++) {
      const [port = 0, monitorPort = 0] = await freePorts(2);
      Object.assign(place, { port: options.port ?? port, monitorPort });
      try {
        return await start();
      } catch (error) {
        if (attempt === ATTEMPTS || !isPortTaken(error, port, monitorPort)) throw error;
      }
    }
  }

  let running = await startOnFreePorts();
  return {
    get url() {
      return running.url;
    },
    get monitorUrl() {
      return running.monitorUrl;
    },
    get port() {
      return place.port;
    },
    get pid() {
      return running.pid;
    },
    configPath,
    logPath,
    stop: () => running.end("SIGTERM"),
    kill: () => running.end("SIGKILL"),
    async restart(change = {}) {
      await running.end("SIGTERM");
      bin = change.bin ?? bin;
      options = change.options ?? options;
      running = await start();
    },
  };
}

/** Whether a server did not start because another process listens on one of its ports; with `ports`, on one of these. */
export function isPortTaken(error: unknown, ...ports: number[]): boolean {
  const text = String(error);
  if (!text.includes("address already in use")) return false;
  return ports.length === 0 || ports.some((port) => text.includes(`:${port}: bind: `));
}
