import type { BrokerState } from "../../observe/broker-state.ts";
import type { BrokerFacts } from "../../report/result.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";

/** What a report says of the broker. @param declared every resource of the topology, whatever the run looks at */
export function brokerFacts(declared: ResolvedResource[], { server, live }: BrokerState): BrokerFacts {
  const { account, user } = live;
  const limit = account?.limits.max_storage ?? -1;
  const reserved = account?.reserved_storage;
  return {
    server: server.version,
    apiLevel: server.apiLevel,
    cluster: server.cluster,
    account: user.account ?? null,
    domain: account?.domain ?? null,
    storage: {
      declared: declaredStorage(declared),
      // 2.10 adds up -1 for unlimited streams in an unsigned number, and answers 2^64 less a little.
      reserved: reserved === undefined || reserved > Number.MAX_SAFE_INTEGER ? null : reserved,
      // Where limits come in tiers, those of the account as a whole are zero.
      limit: limit < 0 || (limit === 0 && account?.tiers !== undefined) ? null : limit,
    },
  };
}

/** What the server reserves on file storage for the declared resources, each replica by itself. */
function declaredStorage(resources: ResolvedResource[]): number {
  return resources.reduce((sum, resource) => {
    if (resource.kind === "consumer" || resource.enforced.storage === "memory") return sum;
    const bytes = Number(resource.enforced.max_bytes ?? 0);
    return sum + Math.max(0, bytes) * (resource.enforced.num_replicas ?? 1);
  }, 0);
}
