import type { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ResolvedResource } from "../topology/resolve/resolved.ts";
import type { Decision, Difference } from "./decide.ts";
import type { DecisionInput } from "./decision-input.ts";
import type { Fields, Table } from "./fields/tables.ts";

/** What a run does about one resource. */
export type Action = { resource: ResolvedResource; table: Table } & (
  | { does: "nothing"; decision: Decision }
  | { does: "create"; config: Fields; missing: Difference[] }
  | { does: "update"; decision: Decision; question: DecisionInput; barred?: Barred }
  /** It exists and differs, and nothing of that may be changed. */
  | { does: "hold"; decision: Decision; question: DecisionInput; barred?: Barred }
  /** It does not exist and is only observed. */
  | { does: "miss"; error: BrokerError }
  /** It could not be read. */
  | { does: "fail"; error: BrokerError }
  /** It does not exist and cannot be made: on this server, or in this account. */
  | { does: "refuse"; error: BrokerError }
);

/** What of an update the server would refuse, and is not sent for that. */
export interface Barred {
  differences: Difference[];
  error: BrokerError;
}

/** The config that an action sends; `undefined` where it sends none. */
export function writtenConfig(action: Action): Fields | undefined {
  if (action.does === "create") return action.config;
  return action.does === "update" ? action.decision.update : undefined;
}
