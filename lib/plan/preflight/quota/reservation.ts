import { showSize } from "../../../topology/units/sizes.ts";
import { bytesOf, replicasOf, type StreamWrite, storageOf } from "../../stream-write.ts";
import type { Problem } from "../problem.ts";
import type { AppliedLimits } from "./account-limits.ts";
import type { AccountQuota } from "./account-quota.ts";
import { countingOf } from "./counting.ts";
import type { ReservedStorage } from "./reserved-storage.ts";

const CODES = { memory: 10028, file: 10047 } as const;

/**
 * `max_memory` and `max_storage`: the server reserves a stream's `max_bytes` in full, whatever the stream holds. A
 * stream without `max_bytes` reserves nothing, but the server does not create it if nothing at all is left. The server
 * accepts no update while more is reserved than allowed. It tells nobody its own limit for all accounts together, so
 * there the server decides.
 */
export function reservationProblem(
  write: StreamWrite,
  selected: AppliedLimits,
  quota: AccountQuota,
): Problem | undefined {
  const { config, live } = write;
  const storage = storageOf(config);
  const limit = storageLimitOf(selected, storage);
  if (limit < 0) return undefined;
  const counting = countingOf(quota.broker.server, selected.tier !== undefined);
  const sum = (reserved: ReservedStorage) => reserved.byOthers(config, selected, counting);

  const own = live ? counting.before(live, config) : 0;
  const adds = counting.adds(config, live);
  const reserved = sum(quota.now) + own;
  if (reserved + adds <= limit) return undefined;

  const byLive = sum(quota.before) + own;
  const planned = reserved - byLive;
  const copies = live && own > 0 ? counting.copiesBefore(live, config) : 1;
  const ofItsOwn =
    copies > 1 ? `, where its own ${showSize(own / copies)} count once for each of ${copies} replicas` : "";
  const numbers = [
    `${showSize(byLive)} are reserved by live streams${ofItsOwn}`,
    ...(planned > 0 ? [`${showSize(planned)} by this plan before it`] : []),
    ...(planned < 0 ? [`${showSize(-planned)} are given back by this plan before it`] : []),
  ];
  const left = reserved >= limit ? "nothing is left" : `only ${showSize(limit - reserved)} are left`;
  const tier = selected.tier === undefined ? "" : ` in tier ${selected.tier}`;
  return {
    code: CODES[storage],
    what: `${reservedText(write, adds)}, and of the account's ${showSize(limit)}${tier} ${left} (${numbers.join(", ")})`,
    remedy: "lower a maxBytes, or raise the limit",
    // The fields are held one after the other: the rest of the update may fit.
    fields: live && bytesOf(config) !== bytesOf(live) ? ["max_bytes"] : ["num_replicas"],
  };
}

export function storageLimitOf({ limits }: Pick<AppliedLimits, "limits">, storage: "file" | "memory"): number {
  return storage === "memory" ? limits.max_memory : limits.max_storage;
}

function reservedText({ config, live }: StreamWrite, adds: number): string {
  const storage = `${storageOf(config)} storage`;
  if (live) return adds > 0 ? `it would reserve ${showSize(adds)} of ${storage} more` : `it reserves ${storage}`;
  if (bytesOf(config) <= 0) return `it has no maxBytes, for which the server wants at least a byte of ${storage} left`;
  const copies =
    adds > bytesOf(config) ? `, ${showSize(bytesOf(config))} on each of ${replicasOf(config)} servers` : "";
  return `it reserves ${showSize(adds)} of ${storage}${copies}`;
}
