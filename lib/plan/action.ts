import type { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ResolvedResource } from "../topology/resolve/resolved.ts";
import type { Decision, Difference } from "./decide.ts";
import type { DecisionInput } from "./decision-input.ts";
import type { Fields, Table } from "./fields/tables.ts";

/** The action that a run takes about one resource. */
export type Action = { resource: ResolvedResource; table: Table } & (
  | { does: "nothing"; decision: Decision }
  | { does: "create"; config: Fields; missing: Difference[] }
  | { does: "update"; decision: Decision; question: DecisionInput; barred?: BarredPart }
  /** The resource exists and differs, and no difference may be applied. */
  | { does: "hold"; decision: Decision; question: DecisionInput; barred?: BarredPart }
  /** The resource does not exist and is only observed. */
  | { does: "miss"; error: BrokerError }
  /** The resource could not be read. */
  | { does: "fail"; error: BrokerError }
  /** The resource does not exist and cannot be created on this server or in this account. */
  | { does: "refuse"; error: BrokerError }
);

/** The part of an update that the server would refuse. The run does not send it. */
export interface BarredPart {
  differences: Difference[];
  error: BrokerError;
}

/** The config that an action sends; `undefined` if it sends none. */
export function writtenConfig(action: Action): Fields | undefined {
  if (action.does === "create") return action.config;
  return action.does === "update" ? action.decision.update : undefined;
}
