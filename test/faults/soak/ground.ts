import type { NatsConnection } from "nats";
import { startServer, type TestServer } from "../../support/nats-server.ts";
import { api } from "../../support/raw.ts";
import { newest } from "../../support/versions.ts";

/** A broker that one lane of the soak has for itself. */
export interface Ground extends AsyncDisposable {
  server: TestServer;
  /** One connection for as long as the broker lives. */
  connect(): Promise<NatsConnection>;
  freeze(): void;
  thaw(): void;
  /** Runs, with JetStream, and without what a fault has put there. */
  mend(): Promise<void>;
}

const OPTIONS = {
  config: `accounts { LANE { jetstream: { max_file: 1GB }, users: [{ user: lane }] } }\nno_auth_user: lane`,
};

export async function startGround(): Promise<Ground> {
  const server = await startServer(newest, OPTIONS);
  let nc: NatsConnection | undefined;
  let [frozen, pid] = [false, server.pid];
  let jetstream = true;
  const connect = async () => {
    if (!nc || nc.isClosed() || pid !== server.pid) nc = await server.connect({ reconnect: false });
    pid = server.pid;
    return nc;
  };
  const thaw = () => {
    if (frozen) process.kill(server.pid, "SIGCONT");
    frozen = false;
  };
  const restart = server.restart;
  server.restart = async (change) => {
    jetstream = change?.options?.jetstream !== false;
    await restart(change);
  };
  // With an account's last stream its folder goes, sometimes from under the next one (10049).
  await api(await connect(), "STREAM.CREATE.STAYS", { name: "STAYS", subjects: ["stays"] });
  return {
    server,
    connect,
    freeze() {
      frozen = true;
      process.kill(server.pid, "SIGSTOP");
    },
    thaw,
    async mend() {
      thaw();
      if (!jetstream) await server.restart({ options: OPTIONS });
      if (!(await isUp(server))) await server.restart();
      await api(await connect(), "STREAM.DELETE.GREEDY").catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      thaw();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function isUp(server: TestServer): Promise<boolean> {
  try {
    const nc = await server.connect({ reconnect: false });
    await nc.close();
    return true;
  } catch {
    return false;
  }
}
