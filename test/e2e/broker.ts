import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { type ApiCounts, countApiRequests } from "../../functions/local/api-counts.ts";
import { type Hand, handOn } from "../../functions/local/demo/demo-hand.ts";
import { type NatsServer, startNatsServer } from "../../functions/local/nats-server/launch.ts";
import type { ServerOptions } from "../../functions/local/nats-server/options.ts";
import { type ConnectOptions, connectBroker } from "../../lib/jetstream/connect.ts";
import { BrokerError } from "../../lib/jetstream/errors/broker-error.ts";
import { documentedPermissions } from "../support/documented-permissions.ts";

/** Bytes that streams may reserve: what the fleet needs many times over, on a small disk too. A reservation takes none. */
const MAX_FILE_STORE = 64 * 1024 ** 3;

const RELOADED_WITHIN_MS = 10_000;

/** The function's user. */
export const USER = "jetstream-ensure";

export interface Broker extends AsyncDisposable {
  readonly server: NatsServer;
  /** The function's password now. */
  readonly password: string;
  /** Every password there was: none may be found anywhere. */
  readonly secrets: readonly string[];
  /** A connection that may do anything, past the function. Another one after each start. */
  readonly nc: NatsConnection;
  readonly hand: Hand;
  readonly counts: ApiCounts;
  /** A new password for the function's user, by an edited config and a reload; resolves when the old one is refused. */
  rotate(): Promise<{ refusal: string }>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A real nats-server with two users: an observer, and the function's, who may do what the README says it needs. */
export async function startBroker({ bin, dir }: { bin: string; dir: string }): Promise<Broker> {
  const observer = { user: "observer", password: newPassword() };
  const { plan, ensure } = await documentedPermissions();
  const permissions = { publish: [...plan, ...ensure], subscribe: ["_INBOX.>"] };
  const optionsWith = (password: string): ServerOptions => ({
    jetstream: { maxFileStore: MAX_FILE_STORE },
    config: `authorization { users: ${JSON.stringify([observer, { user: USER, password, permissions }])} }`,
  });
  const secrets = [newPassword()];
  const password = () => secrets.at(-1) ?? "";
  const server = await startNatsServer({ bin, dir, options: optionsWith(password()) });
  const login = (password: string): ConnectOptions => ({
    servers: [server.url],
    credentials: { user: USER, password },
  });
  let observing = await observe();

  async function observe() {
    const nc = await connectBroker({ servers: [server.url], credentials: observer, name: "observer" });
    return { nc, hand: handOn(nc), counts: await countApiRequests(server, nc) };
  }

  return {
    server,
    get password() {
      return password();
    },
    get secrets() {
      return [...secrets, observer.password];
    },
    get nc() {
      return observing.nc;
    },
    get hand() {
      return observing.hand;
    },
    get counts() {
      return observing.counts;
    },
    async rotate() {
      const [before, after] = [password(), newPassword()];
      const config = await readFile(server.configPath, "utf8");
      await writeFile(server.configPath, config.replaceAll(before, after));
      process.kill(server.pid, "SIGHUP");
      secrets.push(after);
      return { refusal: await refusalOf(login(before)) };
    },
    async stop() {
      await observing.nc.close();
      await server.stop();
    },
    async start() {
      await server.restart({ options: optionsWith(password()) });
      observing = await observe();
    },
    async [Symbol.asyncDispose]() {
      await observing.nc.close();
      await server.stop();
    },
  };
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

/** What the broker answers, once it does no longer let this login in. */
async function refusalOf(login: ConnectOptions): Promise<string> {
  for (const end = performance.now() + RELOADED_WITHIN_MS; performance.now() < end; await sleep(50)) {
    try {
      await (await connectBroker(login)).close();
    } catch (error) {
      if (error instanceof BrokerError && error.class === "auth") return error.message;
      throw error;
    }
  }
  throw new Error("The broker still takes the old password after its config was reloaded.");
}
