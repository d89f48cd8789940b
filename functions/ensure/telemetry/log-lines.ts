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
 * The keys of each line that the function logs, beside those that the logger adds.
 *
 * `npm run -s reference` writes docs/reference/log-keys.md from these types. The code that logs a line must satisfy its
 * type.
 */

/** The keys that all lines of one run share. */
export interface RunKeys {
  /** The run's mode: `plan` or `ensure`. */
  mode: Mode;
  /** The name of who or what asked. */
  trigger: string;
  /** The plan's id; `null` if the broker could not be asked. */
  planId: string | null;
}

/** The keys that say which part of the topology the run was about. */
export interface PartKeys {
  /** How many resources the run was about, and how many the topology declares. */
  lookedAt: Result["lookedAt"];
  /** The patterns that selected the resources; absent if the run was about all of them. */
  only?: string[];
}

/** A resource that is not unchanged, or that is settling. INFO; WARN if it is held, ERROR if it failed. */
export interface ResourceLine {
  event: "resource";
  /** The resource's id, such as `stream/ORDERS`. */
  id: string;
  /** The resource's outcome. */
  outcome: Outcome;
  /** The other topology that the resource belongs to. */
  owner?: string;
  /** Every difference, as in the result. The function cuts a long value. */
  differences: ReportedDifference[];
  /** Values of fields that the topology leaves open, as in the result. */
  undeclared: ReportedUndeclared[];
  /** The class of the resource's error. */
  class?: ErrorClass;
  /** The server's code for the error. */
  code?: number | undefined;
  /** The sentence that describes the error. */
  reason?: string;
  /** Why the resource is settling: the changes that the cluster has not finished yet. */
  settling?: Settling;
}

/** A warning that is not about one resource. WARN. */
export interface WarningLine {
  event: "warning";
}

/** A failed run or invocation. ERROR. */
export interface FailureLine {
  event: "failure";
  /** The class of the error. */
  class: string;
  /** The server's code for the error. */
  code?: number | undefined;
}

/** The summary of a run. INFO. */
export interface RunLine {
  event: "run";
  /** `true` if no resource of the run is held, failed, missing or settling. */
  converged: boolean;
  /** How many resources had each outcome. */
  summary: Summary;
  /** The broker's facts about itself; `null` if it could not be asked. */
  broker: BrokerFacts | null;
  /** How many requests the run sent. */
  requests: Result["requests"];
  /** The run's duration in milliseconds. */
  durationMs: number;
  /** The ids of the first 200 live resources that no topology declares. */
  unmanaged: string[];
  /** How many more unmanaged resources there are. */
  unmanagedOmitted?: number;
  /** The first 50 live resources of other topologies. */
  others: Result["others"];
  /** How many more resources of other topologies there are. */
  othersOmitted?: number;
  /** The first 50 orphans: live resources of this topology that it no longer declares. */
  orphans: Orphan[];
  /** How many more orphans there are. */
  orphansOmitted?: number;
}

/** A user viewed the dashboard. INFO; WARN if the plan failed. */
export interface LookLine {
  event: "look";
  /** `true` if no resource of the plan is held, failed, missing or settling. */
  converged: boolean;
  /** How many resources had each outcome. */
  summary: Summary;
  /** The plan's duration in milliseconds. */
  durationMs: number;
}

/** The broker refused a login while only one parameter of a pair has changed. WARN. */
export interface WaitingLine {
  event: "waiting";
}

/** The function had nothing to do, for example because CloudFormation deletes the stack. INFO. */
export interface SkipLine {
  event: "skip";
}

/** The function reported to a service that waits. INFO; WARN if nobody waited any more. */
export interface AnswerLine {
  event: "answer";
}

/**
 * The run failed, but the function reports a success, because CloudFormation may be rolling a deployment back. ERROR.
 */
export interface RollbackLine {
  event: "rollback";
}

/** The run failed, but the function reports a success, because `failOn` is `never`. ERROR. */
export interface FailOnNeverLine {
  event: "failOnNever";
}
