import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectOptions } from "../../lib/jetstream/connect.ts";
import { messageOf } from "../../lib/jetstream/errors/broker-error.ts";
import { UsageError } from "../cli/usage-error.ts";
import { REPO_CACHE } from "./nats-server/cache.ts";
import { type NatsServer, startNatsServer } from "./nats-server/launch.ts";
import { type ObtainedServer, obtainNatsServer } from "./nats-server/obtain.ts";
import { commandOf, processes } from "./process/processes.ts";

/**
 * File storage that streams may reserve, in bytes. A reservation takes no disk, and the server's own limit (most of
 * the disk that is free) would be too small for the topology on a small machine.
 */
const MAX_FILE_STORE = 64 * 1024 ** 3;

const END_WITHIN_MS = 10_000;

type Say = (line: string) => void;

export interface OwnServer extends AsyncDisposable {
  server: NatsServer;
  /** How to connect to it, with the login that this run made up. */
  login: ConnectOptions & { credentials: { user: string; password: string } };
}

/** @throws UsageError that says what was tried, and what to do */
export async function obtainServer(say: Say): Promise<ObtainedServer> {
  try {
    return await obtainNatsServer({ cacheDir: REPO_CACHE, say, env: process.env });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/**
 * A nats-server on a free port of 127.0.0.1, with a new password for each run. Its data stays in `dir`. One that an
 * earlier run left running there is ended first; the caller holds the directory's lock, so no other run needs it.
 *
 * @throws UsageError when it does not start, or the earlier one does not end
 */
export async function startOwnServer({ dir, bin, say }: { dir: string; bin: string; say: Say }): Promise<OwnServer> {
  await endForgotten(resolve(dir, "nats-server.conf"), say);
  const credentials = { user: "jetstream-ensure", password: randomBytes(24).toString("base64url") };
  const options = { login: credentials, jetstream: { maxFileStore: MAX_FILE_STORE } };
  const server = await startNatsServer({ bin, dir, options }).catch((error: unknown) => {
    throw new UsageError(messageOf(error), { cause: error });
  });
  return {
    server,
    login: { servers: [server.url], credentials },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** A run that was killed could not end its server. It is known by the config it runs on, which no other program has. */
async function endForgotten(configPath: string, say: Say): Promise<void> {
  const isOurs = (command = "") => command.endsWith(` -c ${configPath}`);
  for (const { pid } of (await processes()).filter(({ command }) => isOurs(command))) {
    say(`An earlier run was killed and left its nats-server (process ${pid}) behind: ending it.`);
    const isGone = async () => !isOurs(await commandOf(pid));
    if (!((await ended(pid, "SIGTERM", isGone)) || (await ended(pid, "SIGKILL", isGone)))) {
      throw new UsageError(`The nats-server of an earlier run (process ${pid}) does not end: end it, and try again.`);
    }
  }
}

async function ended(pid: number, signal: NodeJS.Signals, isGone: () => Promise<boolean>): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: gone by itself. Else it is somebody else's, and stays.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  for (const end = performance.now() + END_WITHIN_MS; performance.now() < end; await sleep(50)) {
    if (await isGone()) return true;
  }
  return false;
}

/** Where a server keeps its data below a run's directory. */
export function serverDir(dir: string): string {
  return join(dir, "nats-server");
}
