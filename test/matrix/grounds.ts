import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { startServer, startTestCluster } from "../support/nats-server.ts";
import { CLUSTER_NAME } from "../support/place.ts";
import type { Ground } from "./measure.ts";

/** A server that stands alone. */
export async function standalone(version: string): Promise<Ground & AsyncDisposable> {
  const server = await startServer(version);
  return {
    url: server.url,
    version,
    replicas: 1,
    connect: () => server.connect(),
    restart: () => server.restart(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A cluster of three. */
export async function cluster(version: string): Promise<Ground & AsyncDisposable> {
  const members = await startTestCluster({ version, name: CLUSTER_NAME });
  return {
    url: members.urls[0] ?? "",
    version,
    replicas: 3,
    connect: () => members.connect(),
    async restart() {
      const before = await members.connect();
      await assetsAreUp(before);
      await before.close();
      await Promise.all(members.servers.map((server) => server.restart()));
      await members.leader();
      const nc = await members.connect();
      await assetsAreUp(nc);
      await nc.close();
    },
    [Symbol.asyncDispose]: () => members[Symbol.asyncDispose](),
  };
}

const UP_WITHIN_MS = 30_000;

/**
 * Until each stream and consumer of a cluster has elected its own leader, nobody answers for it; and until all of its
 * replicas have caught up, one that has not may be elected after a restart, and knows nothing.
 */
async function assetsAreUp(nc: NatsConnection): Promise<void> {
  for (const end = performance.now() + UP_WITHIN_MS; ; await sleep(100)) {
    const isUp = await askEach(nc).catch(() => false);
    if (isUp) return;
    if (performance.now() > end) throw new Error("the cluster's streams and consumers are not up after 30 s");
  }
}

async function askEach(nc: NatsConnection): Promise<true> {
  const { streams = [] } = await ask(nc, "STREAM.NAMES");
  const each = streams.map(async (stream) => {
    const replicas = await currentReplicas(nc, `STREAM.INFO.${stream}`);
    const { consumers = [] } = await ask(nc, `CONSUMER.NAMES.${stream}`);
    await Promise.all(consumers.map((name) => currentReplicas(nc, `CONSUMER.INFO.${stream}.${name}`, replicas)));
  });
  await Promise.all(each);
  return true;
}

interface Answer {
  streams?: string[];
  consumers?: string[];
  error?: { description: string };
  config?: { num_replicas?: number };
  cluster?: { replicas?: { current: boolean }[] };
}

async function ask(nc: NatsConnection, verb: string): Promise<Answer> {
  const answer = (await nc.request(`$JS.API.${verb}`, "", { timeout: 500 })).json<Answer>();
  if (answer.error) throw new Error(answer.error.description);
  return answer;
}

/** How many it has, where all of them are up to date; a consumer may have as many as its stream. */
async function currentReplicas(nc: NatsConnection, verb: string, inherited = 1): Promise<number> {
  const { config, cluster } = await ask(nc, verb);
  const wanted = config?.num_replicas || inherited;
  const current = cluster?.replicas?.filter((replica) => replica.current).length ?? 0;
  if (current + 1 !== wanted) throw new Error(`${current + 1} of ${wanted} replicas are current`);
  return wanted;
}
