import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePorts } from "../free-ports.ts";
import { type NatsServer, type ServerOptions, startNatsServer } from "./launch.ts";

const LEADER_WITHIN_MS = 90_000;
const ATTEMPTS = 3;

/** What is read of a member's `/jsz`. */
const jsz = z.object({
  meta_cluster: z
    .object({
      leader: z.string().optional(),
      cluster_size: z.number(),
      replicas: z.array(z.object({ name: z.string(), current: z.boolean() })).nullish(),
    })
    .optional(),
});

export interface NatsCluster {
  servers: readonly NatsServer[];
  /** The clients' URLs of all members. */
  urls: readonly string[];
  /** Login of the system account; there when the options' `config` does not set up accounts of its own. */
  system: { user: string; password: string };
  /**
   * Waits until all members that run agree on a JetStream meta leader and are up to date, and gives it.
   *
   * @throws an Error when they have not after 90 s.
   */
  leader(): Promise<NatsServer>;
  stop(): Promise<void>;
}

/**
 * A cluster with JetStream on this machine, ready for requests when this resolves.
 *
 * @throws an Error when a member does not start, or no meta leader is elected.
 */
export async function startCluster(launch: {
  bin: string;
  dir: string;
  /** How many members. Default 3. */
  size?: number;
  options?: ServerOptions;
}): Promise<NatsCluster> {
  const { bin, dir, size = 3, options = {} } = launch;
  const system = { user: "system", password: "system" };
  const systemAccount = `accounts { $SYS { users: [{ user: "${system.user}", password: "${system.password}" }] } }`;
  const memberOptions = { ...options, config: options.config ?? systemAccount };

  const servers = await startMembers(size, async (member, port, routes) => {
    const cluster = { name: "local", member, port, routes };
    return startNatsServer({ bin, dir: join(dir, member), options: memberOptions, cluster });
  });
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const cluster = { servers, urls: servers.map((server) => server.url), system, leader: () => leaderOf(servers), stop };
  await cluster.leader().catch(async (error) => {
    await stop();
    throw error;
  });
  return cluster;
}

/**
 * Members must know each other's route ports beforehand, so these are chosen here; another process may take one
 * before the member does, and then all is tried again.
 */
async function startMembers(
  size: number,
  start: (member: string, port: number, routes: number[]) => Promise<NatsServer>,
): Promise<NatsServer[]> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(size);
    const starts = await Promise.allSettled(ports.map((port, i) => start(`n${i + 1}`, port, ports)));
    const failed = starts.find((each) => each.status === "rejected");
    const servers = starts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    if (!failed) return servers;
    await Promise.all(servers.map((server) => server.stop()));
    if (attempt === ATTEMPTS || !String(failed.reason).includes("address already in use")) throw failed.reason;
  }
}

/** A member that is down counts as not there: the others elect without it. */
async function leaderOf(servers: readonly NatsServer[]): Promise<NatsServer> {
  for (const end = performance.now() + LEADER_WITHIN_MS; performance.now() < end; await sleep(50)) {
    const views = await Promise.all(servers.map(metaOf));
    const up = views.filter((view) => view !== undefined);
    const leaders = new Set(up.map((view) => view.leader ?? ""));
    const [name = ""] = leaders;
    const index = Number(name.slice(1)) - 1;
    const leader = servers[index];
    // The others name a leader that died until they have elected the next.
    if (leaders.size !== 1 || leader === undefined || views[index] === undefined) continue;
    if (up.some((view) => view.cluster_size !== servers.length)) continue;
    const replicas = up.flatMap((view) => view.replicas ?? []);
    if (replicas.filter((replica) => replica.current).length >= up.length - 1) return leader;
  }
  throw new Error(
    `the ${servers.length} servers have not agreed on a JetStream meta leader after ${LEADER_WITHIN_MS / 1000} s`,
  );
}

async function metaOf(server: NatsServer) {
  const response = await fetch(`${server.monitorUrl}/jsz`).catch(() => undefined);
  return response && jsz.parse(await response.json()).meta_cluster;
}
