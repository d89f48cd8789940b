import type { AccountInfo } from "../../../jetstream/types.ts";
import type { BrokerState } from "../../../observe/broker-state.ts";
import type { ReservedStorage } from "./reserved-storage.ts";

/** The account as it is when one more write comes. */
export interface AccountQuota {
  account: AccountInfo;
  seen: BrokerState;
  /** What was live before this plan, and what is after the writes that come first. */
  before: ReservedStorage;
  now: ReservedStorage;
  /** How many streams this plan has brought into each tier so far, less those that it took out. */
  entered: ReadonlyMap<string, number>;
}
