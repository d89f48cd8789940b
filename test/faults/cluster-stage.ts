import type { NatsConnection } from "nats";
import type { NatsServer } from "../../functions/local/nats-server/launch.ts";
import type { Topology } from "../../lib/topology/index.ts";
import { patiently } from "../matrix/patient.ts";
import type { TestCluster } from "../support/nats-server.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { shop } from "./goods.ts";

/** One scenario's part of a cluster that all of them share. */
export interface ClusterStage extends AsyncDisposable {
  cluster: TestCluster;
  /** The one that the run talks to, through the proxy. Not the leader. */
  member: NatsServer;
  proxy: TcpProxy;
  /** The meta leader, and all members but the run's own. */
  leader: NatsServer;
  others: NatsServer[];
  /** A request of the system account. */
  system(subject: string): Promise<unknown>;
  /** The members that run agree, and every stream has a leader. */
  settled(): Promise<void>;
}

/** The shop with three replicas of everything. */
export const replicated: Topology = {
  ...shop,
  streams: shop.streams?.map((each) => ({ ...each, numReplicas: 3 })) ?? [],
  kvBuckets: shop.kvBuckets?.map((each) => ({ ...each, numReplicas: 3 })) ?? [],
  objectStores: shop.objectStores?.map((each) => ({ ...each, numReplicas: 3 })) ?? [],
};

export async function clusterStage(cluster: TestCluster): Promise<ClusterStage> {
  const leader = await cluster.leader();
  const member = cluster.servers.find((each) => each !== leader) ?? leader;
  const proxy = await startTcpProxy({ target: { port: member.port } });
  return {
    cluster,
    member,
    proxy,
    leader,
    others: cluster.servers.filter((each) => each !== member),
    async system(subject) {
      const { user, password } = cluster.system;
      const nc = await cluster.connect({ user, pass: password, reconnect: false });
      return nc.request(subject, "", { timeout: 5000 });
    },
    async settled() {
      await cluster.leader();
      const nc = await connectTo(cluster);
      const { streams } = await patiently(nc, "STREAM.NAMES");
      await Promise.all((streams ?? []).map((name: string) => patiently(nc, `STREAM.INFO.${name}`)));
      await nc.close();
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

/** Of all members that run, without a word of those that do not. */
export function connectTo(cluster: TestCluster): Promise<NatsConnection> {
  return cluster.connect({ reconnect: false });
}
