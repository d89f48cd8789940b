import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePorts } from "../process/free-ports.ts";
import { isPortTaken, type NatsServer, type ServerOptions, startNatsServer } from "./launch.ts";
import { logTail } from "./server-process.ts";

const LEADER_WITHIN_MS = 90_000;
/** How long a member of a cluster that has its leader may be behind; each next time twice as long. */
const BEHIND_FOR_MS = 5_000;
/** How long each start of a new cluster waits for all of its members: they are there after 10 s, or never. */
const FIRST_LEADER_WITHIN_MS = [20_000, 40_000, 60_000];
const PORT_ATTEMPTS = 3;

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

type MetaView = NonNullable<z.infer<typeof jsz>["meta_cluster"]>;

/** The first member is called `n1`, the second `n2`. */
const memberName = (index: number) => `n${index + 1}`;

export interface NatsCluster {
  /** No other cluster has this name, so no member of another cluster is let in. */
  name: string;
  servers: readonly NatsServer[];
  /** The clients' URLs of all members. */
  urls: readonly string[];
  /** Login of the system account; there when the options' `config` does not set up accounts of its own. */
  system: { user: string; password: string };
  /**
   * Waits until all members that run agree on a JetStream meta leader and are up to date, and gives it. A member that is
   * behind for 5 s is restarted.
   *
   * @throws an Error after 90 s, with what each member says of the others and the end of its log.
   */
  leader(): Promise<NatsServer>;
  stop(): Promise<void>;
}

/**
 * A new cluster with JetStream on this machine, ready for requests when this resolves. Data that lay in `dir` is removed.
 *
 * @throws an Error when a member does not start, or no meta leader is elected in any of three starts within two minutes.
 */
export async function startCluster(launch: {
  bin: string;
  dir: string;
  /** How many members. Default 3. */
  size?: number;
  /** Default: one that no other cluster has. One that is given must be this process's alone. */
  name?: string;
  options?: ServerOptions;
}): Promise<NatsCluster> {
  const { bin, dir, size = 3, name = `local-${randomBytes(6).toString("hex")}`, options = {} } = launch;
  const system = { user: "system", password: "system" };
  const systemAccount = `accounts { $SYS { users: [{ user: "${system.user}", password: "${system.password}" }] } }`;
  const memberOptions = { ...options, config: options.config ?? systemAccount };

  // Where a member that nobody hears is not let in though it was restarted, all begin anew with nothing in the store.
  let failure: unknown;
  for (const withinMs of FIRST_LEADER_WITHIN_MS) {
    // A member looks for its routes' ports for ever. Where all clusters have one name, the members of a cluster that is
    // dying, or has a member down, join the one that got such a port next: five servers under three names, several
    // leaders, and no end to it.
    const servers = await startMembers(size, async (member, port, routes) => {
      const memberDir = join(dir, member);
      // An attempt that failed has left its state there.
      await rm(join(memberDir, "data"), { recursive: true, force: true });
      return startNatsServer({ bin, dir: memberDir, options: memberOptions, cluster: { name, member, port, routes } });
    });
    const stop = async () => {
      await Promise.all(servers.map((server) => server.stop()));
    };
    try {
      await leaderOf(servers, withinMs);
      const urls = servers.map((server) => server.url);
      return { name, servers, urls, system, leader: () => leaderOf(servers, LEADER_WITHIN_MS), stop };
    } catch (error) {
      failure = error;
      await stop();
    }
  }
  throw failure;
}

/**
 * Members must know each other's route ports beforehand, so these are chosen here. A program that knows nothing of held
 * ports may take one before the member does, and then all is tried again.
 */
async function startMembers(
  size: number,
  start: (member: string, port: number, routes: number[]) => Promise<NatsServer>,
): Promise<NatsServer[]> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(size);
    const starts = await Promise.allSettled(ports.map((port, i) => start(memberName(i), port, ports)));
    const failed = starts.find((each) => each.status === "rejected");
    const servers = starts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    if (!failed) return servers;
    await Promise.all(servers.map((server) => server.stop()));
    if (attempt === PORT_ATTEMPTS || !isPortTaken(failed.reason)) throw failed.reason;
  }
}

/**
 * A member that is down counts as not there: the others elect without it.
 *
 * Of 2.10.27's clusters one in ten starts, or comes back from a restart of all members, with one that hears the others
 * and that nobody hears: a new cluster never lets it in, one that knows it waits for it for ever, also under the next
 * leader. Started once more it is heard.
 */
async function leaderOf(servers: readonly NatsServer[], withinMs: number): Promise<NatsServer> {
  let [fineAt, behindForMs] = [performance.now(), BEHIND_FOR_MS];
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(50)) {
    const views = await Promise.all(servers.map(metaOf));
    const behind = servers.filter((_, i) => isBehind(i, views));
    if (behind.length === 0) fineAt = performance.now();
    if (performance.now() - fineAt > behindForMs) {
      await Promise.all(behind.map((server) => server.restart()));
      [fineAt, behindForMs] = [performance.now(), 2 * behindForMs];
    }
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
  const told = await Promise.all(servers.map(describeMember));
  throw new Error(
    `the ${servers.length} servers have not agreed on a JetStream meta leader after ${withinMs / 1000} s:\n${told.join("\n")}`,
  );
}

/** Runs, and the leader does not count it among those that have what it has. */
function isBehind(index: number, views: readonly (MetaView | undefined)[]): boolean {
  const leader = views.find((view, at) => view?.leader === memberName(at));
  if (views[index] === undefined || leader === undefined || leader === views[index]) return false;
  return !leader.replicas?.some(({ name, current }) => name === memberName(index) && current);
}

async function describeMember(server: NatsServer): Promise<string> {
  const view = await metaOf(server);
  return `${server.url} says ${view ? JSON.stringify(view) : "nothing"}. The end of its log:\n${logTail(server.logPath)}`;
}

async function metaOf(server: NatsServer): Promise<MetaView | undefined> {
  const response = await fetch(`${server.monitorUrl}/jsz`).catch(() => undefined);
  return response && jsz.parse(await response.json()).meta_cluster;
}
