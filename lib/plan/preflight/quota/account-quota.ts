import type { AccountInfo } from "../../../jetstream/types.ts";
import type { BrokerState } from "../../../observe/broker-state.ts";
import type { ReservedStorage } from "./reserved-storage.ts";

/** The account's quota as it is when one more write comes. */
export interface AccountQuota {
  account: AccountInfo;
  broker: BrokerState;
  /** The storage that was reserved before this plan, and the storage that is reserved after the earlier writes. */
  before: ReservedStorage;
  now: ReservedStorage;
  /** The number of streams that this plan has brought into each tier so far, less those that it took out. */
  entered: ReadonlyMap<string, number>;
}
