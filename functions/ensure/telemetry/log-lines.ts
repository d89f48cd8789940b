import type { ErrorClass } from "../../../lib/jetstream/errors/broker-error.ts";
import type {
  BrokerFacts,
  Mode,
  Orphan,
  Outcome,
  ReportedDifference,
  ReportedUndeclared,
  Result,
  Settling,
  Summary,
} from "../../../lib/report/result.ts";

/*
 * The keys of each line that the function logs, beside those that the logger adds. docs/reference/log-keys.md is made of
 * these types, and what logs a line must satisfy its type.
 */

/** What ties the lines of one run together. */
export interface RunKeys {
  /** What the run did: `plan` or `ensure`. */
  mode: Mode;
  /** Who or what asked. */
  trigger: string;
  /** The plan's id; `null` where the broker could not be asked. */
  planId: string | null;
}

/** Which part of the topology the run looked at. */
export interface PartKeys {
  /** How many resources the run is about, of how many that the topology declares. */
  lookedAt: Result["lookedAt"];
  /** The patterns that chose them; absent where the run is about all. */
  only?: string[];
}

/** A resource that is not unchanged, or that is settling. INFO; WARN where it is held, ERROR where it failed. */
export interface ResourceLine {
  event: "resource";
  /** The resource's id, such as `stream/ORDERS`. */
  id: string;
  /** What became of it. */
  outcome: Outcome;
  /** The other topology that it belongs to. */
  owner?: string;
  /** Every difference, as in the result. A long value is cut. */
  differences: ReportedDifference[];
  /** Values of fields that the topology leaves open, as in the result. */
  undeclared: ReportedUndeclared[];
  /** The class of its error. */
  class?: ErrorClass;
  /** The server's code of its error. */
  code?: number | undefined;
  /** The sentence of its error. */
  reason?: string;
  /** What the broker is still bringing about. */
  settling?: Settling;
}

/** A sentence that no resource stands for. WARN. */
export interface WarningLine {
  event: "warning";
}

/** A run or an invocation that could not do its work. ERROR. */
export interface FailureLine {
  event: "failure";
  /** The class of the error. */
  class: string;
  /** The server's code. */
  code?: number | undefined;
}

/** The sum of a run. INFO. */
export interface RunLine {
  event: "run";
  /** Nothing that the run looked at is held, failed, missing or settling. */
  converged: boolean;
  /** How many resources had each outcome. */
  summary: Summary;
  /** What the broker says of itself; `null` where it could not be asked. */
  broker: BrokerFacts | null;
  /** How many requests were sent. */
  requests: Result["requests"];
  /** Milliseconds. */
  durationMs: number;
  /** Ids of live resources that no topology declares: the first 200. */
  unmanaged: string[];
  /** How many more there are. */
  unmanagedOmitted?: number;
  /** Live resources of other topologies: the first 50. */
  others: Result["others"];
  /** How many more there are. */
  othersOmitted?: number;
  /** Live resources of this topology that it does not declare any more: the first 50. */
  orphans: Orphan[];
  /** How many more there are. */
  orphansOmitted?: number;
}

/** Somebody looked at the dashboard. INFO; WARN where the plan failed. */
export interface LookLine {
  event: "look";
  /** Nothing that was looked at is held, failed, missing or settling. */
  converged: boolean;
  /** How many resources had each outcome. */
  summary: Summary;
  /** Milliseconds. */
  durationMs: number;
}

/** A login was refused while only one of two parameters of a pair has changed. WARN. */
export interface WaitingLine {
  event: "waiting";
}

/** There was nothing to do, such as when a stack is deleted. INFO. */
export interface SkipLine {
  event: "skip";
}

/** A service that waited was told. INFO; WARN where nobody waited any more. */
export interface AnswerLine {
  event: "answer";
}

/** The run failed, and CloudFormation is answered as if it had not, for it may be undoing a deployment. ERROR. */
export interface RollbackLine {
  event: "rollback";
}

/** The run failed, and is answered as if it had not, for `failOn` is `never`. ERROR. */
export interface FailOnNeverLine {
  event: "failOnNever";
}
