import type { BrokerState } from "../../observe/broker-state.ts";
import type { ReadsNeeded } from "../../observe/extra-reads.ts";
import type { Action } from "../action.ts";
import { claimed } from "../handover/claims.ts";
import { replicasOf, storageOf, streamWrites, unknownStreams } from "../stream-write.ts";
import { workQueuesWithOtherReaders } from "./consumer-config.ts";
import { streamsWithChangedLimits } from "./consumer-limits.ts";
import { crowded } from "./consumers.ts";
import { limitsFor } from "./quota/account-limits.ts";
import { storageLimitOf } from "./quota/reservation.ts";

/**
 * Nothing where nothing is to be written, and nothing of streams where all that are live were read as declared ones.
 * Also of what is refused by what is known already: the numbers are told.
 */
export function readsNeeded(actions: Action[], seen: BrokerState): ReadsNeeded {
  const writes = streamWrites(actions);
  const consumers = [
    ...new Set([
      ...crowded(actions, seen),
      ...streamsWithChangedLimits(actions),
      ...workQueuesWithOtherReaders(actions, seen),
    ]),
  ];
  const unknown = unknownStreams(seen);
  if (unknown !== undefined && unknown.length === 0) return { configs: false, subjects: [], consumers };
  const { account } = seen.live;
  const configs = writes.some(({ config }) => {
    const selected = account && limitsFor(account, replicasOf(config));
    return selected !== undefined && storageLimitOf(selected, storageOf(config)) >= 0;
  });
  // Who may not ask for names was told so already.
  const subjects = unknown === undefined ? [] : [...new Set(writes.flatMap(claimed))];
  return { configs, subjects, consumers };
}
