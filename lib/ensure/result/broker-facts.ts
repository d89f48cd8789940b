import type { BrokerState } from "../../observe/broker-state.ts";
import type { BrokerFacts } from "../../report/result.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";

/**
 * The facts about the broker that a report shows.
 *
 * @param declared every resource of the topology, also those that the run does not look at
 */
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
      // A 2.10 server adds -1 for each unlimited stream to an unsigned number, and answers a value just below 2^64.
      reserved: reserved === undefined || reserved > Number.MAX_SAFE_INTEGER ? null : reserved,
      // An account with limits in tiers has zero as its overall limits.
      limit: limit < 0 || (limit === 0 && account?.tiers !== undefined) ? null : limit,
    },
  };
}

/** The bytes of file storage that the server reserves for the declared resources, counting each replica. */
function declaredStorage(resources: ResolvedResource[]): number {
  return resources.reduce((sum, resource) => {
    if (resource.kind === "consumer" || resource.enforced.storage === "memory") return sum;
    const bytes = Number(resource.enforced.max_bytes ?? 0);
    return sum + Math.max(0, bytes) * (resource.enforced.num_replicas ?? 1);
  }, 0);
}
