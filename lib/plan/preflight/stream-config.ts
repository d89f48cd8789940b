import { isAtLeast } from "../../jetstream/server.ts";
import type { BrokerState } from "../../observe/broker-state.ts";
import { showSize } from "../../topology/units/sizes.ts";
import type { Action } from "../action.ts";
import { bytesOf, replicasOf, type StreamWrite, storageOf, streamWrites } from "../stream-write.ts";
import type { Finding, Problem } from "./problem.ts";
import { type AppliedLimits, limiterText, limitsFor, tierOf } from "./quota/account-limits.ts";

/** Finds stream configs that the server refuses by themselves, whatever else is live. */
export function streamConfigFindings(actions: Action[], broker: BrokerState): Finding[] {
  const clustered = isClustered(broker);
  return streamWrites(actions).flatMap((write) => {
    const problem = unclustered(write, clustered) ?? accountProblem(write, broker);
    return problem ? [{ id: write.resource.id, problem }] : [];
  });
}

/** Looks at creates only: the field's own row holds the change of a stream that exists. */
function unclustered({ config, live }: StreamWrite, clustered: boolean | undefined): Problem | undefined {
  const replicas = replicasOf(config);
  if (live !== undefined || replicas === 1 || clustered !== false) return undefined;
  return {
    code: 10074,
    what: `it asks for ${replicas} replicas, and the server is not clustered`,
    remedy: "leave numReplicas out, or connect to a cluster",
    fields: [],
  };
}

/**
 * Whether the broker is clustered; `undefined` if that is not known. Through a domain, the server that answers may be
 * another one than the one that the run is connected to. Then only the answers about its streams tell.
 */
export function isClustered({ live, server }: BrokerState): boolean | undefined {
  const infos = [...live.streams.values()].flatMap((info) => (info && "cluster" in info ? [info] : []));
  if (server.cluster !== null || infos.some(({ cluster }) => cluster?.name !== undefined)) return true;
  return live.account?.domain === undefined || infos.length > 0 ? false : undefined;
}

function accountProblem(write: StreamWrite, { live: { account }, server }: BrokerState): Problem | undefined {
  if (account === undefined) return undefined;
  const { config } = write;
  const replicas = replicasOf(config);
  const selected = limitsFor(account, replicas);
  if (selected !== undefined)
    return withoutMaxBytes(write, selected) ?? tooLarge(write, selected) ?? tooManyConsumers(write, selected);
  const before = write.live && replicasOf(write.live);
  // A stream that gets fewer replicas could stay in its former tier. 2.15 refuses that too (measured).
  const mayStay = before !== undefined && before > replicas && limitsFor(account, before) !== undefined;
  if (mayStay && !isAtLeast(server, "2.15.0")) return undefined;
  const tiers = Object.keys(account.tiers ?? {}).filter((tier) => limitsFor(account, Number(tier.slice(1))));
  return {
    code: 10120,
    what: `it would be in tier ${tierOf(replicas)}, and the account has limits for ${tiers.sort().join(", ")} only`,
    remedy: "declare another numReplicas, or give the account that tier",
    fields: ["num_replicas"],
  };
}

function withoutMaxBytes({ config }: StreamWrite, selected: AppliedLimits): Problem | undefined {
  if (!selected.limits.max_bytes_required || bytesOf(config) > 0) return undefined;
  return {
    code: 10113,
    what: `${limiterText(selected)} demands a maxBytes of every stream, and it would have none`,
    remedy: "declare a maxBytes",
    fields: ["max_bytes"],
  };
}

function tooLarge({ config }: StreamWrite, selected: AppliedLimits): Problem | undefined {
  const { memory_max_stream_bytes: memory = -1, storage_max_stream_bytes: file = -1 } = selected.limits;
  const storage = storageOf(config);
  const most = storage === "memory" ? memory : file;
  if (most <= 0 || bytesOf(config) <= most) return undefined;
  return {
    code: 10122,
    what: `its maxBytes would be ${showSize(bytesOf(config))}, and ${limiterText(selected)} allows a stream ${showSize(most)} of ${storage} storage`,
    remedy: "lower it, or raise the limit",
    fields: ["max_bytes"],
  };
}

function tooManyConsumers({ config }: StreamWrite, selected: AppliedLimits): Problem | undefined {
  const [most, asked] = [selected.limits.max_consumers, config.max_consumers ?? -1];
  if (most <= 0 || asked <= most) return undefined;
  return {
    code: 10026,
    what: `its maxConsumers would be ${asked}, and ${limiterText(selected)} allows a stream ${most} consumers`,
    remedy: "lower it, or raise the limit",
    fields: ["max_consumers"],
  };
}
