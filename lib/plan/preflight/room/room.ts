import type { AccountInfo } from "../../../jetstream/types.ts";
import type { Seen } from "../../../observe/seen.ts";
import type { Reserved } from "./reserved.ts";

/** The account as it is when one more write comes. */
export interface Room {
  account: AccountInfo;
  seen: Seen;
  /** What was live before this plan, and what is after the writes that come first. */
  before: Reserved;
  now: Reserved;
  /** How many streams this plan has brought into each tier so far, less those that it took out. */
  entered: ReadonlyMap<string, number>;
}
