import type { BrokerState } from "../../observe/broker-state.ts";
import type { ReadsNeeded } from "../../observe/extra-reads.ts";
import type { Action } from "../action.ts";
import { replicasOf, storageOf, streamWrites, unknownStreams } from "../stream-write.ts";
import { claimedSubjects } from "../subject-handover/claims.ts";
import { workQueuesWithOtherReaders } from "./consumer-config.ts";
import { streamsWithChangedLimits } from "./consumer-limits.ts";
import { crowdedStreams } from "./consumers.ts";
import { limitsFor } from "./quota/account-limits.ts";
import { storageLimitOf } from "./quota/reservation.ts";

/**
 * The reads that the preflight needs. It needs none if the plan writes nothing, and none of streams if every live
 * stream was read as a declared one. Resources that are refused by what is known already count too, because a refusal
 * reports numbers.
 */
export function readsNeeded(actions: Action[], broker: BrokerState): ReadsNeeded {
  const writes = streamWrites(actions);
  const consumers = [
    ...new Set([
      ...crowdedStreams(actions, broker),
      ...streamsWithChangedLimits(actions),
      ...workQueuesWithOtherReaders(actions, broker),
    ]),
  ];
  const unknown = unknownStreams(broker);
  if (unknown !== undefined && unknown.length === 0) return { configs: false, subjects: [], consumers };
  const { account } = broker.live;
  const configs = writes.some(({ config }) => {
    const selected = account && limitsFor(account, replicasOf(config));
    return selected !== undefined && storageLimitOf(selected, storageOf(config)) >= 0;
  });
  // A user who may not ask for names got a warning already.
  const subjects = unknown === undefined ? [] : [...new Set(writes.flatMap(claimedSubjects))];
  return { configs, subjects, consumers };
}
