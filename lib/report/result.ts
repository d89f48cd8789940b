import type { ErrorClass } from "../jetstream/errors/broker-error.ts";

/** The result of a run: the contract of DESIGN §5. The command line prints it with `--json`. */

export type Mode = "plan" | "ensure";

/**
 * What applying a difference would mean.
 *
 * - `safe`: no stored message is lost, and nothing that is in use stops working.
 * - `disruptive`: no stored message is lost, but something that is in use stops working.
 * - `lossy`: stored messages are lost, now or at the server's next restart.
 * - `one-way`: the server never lets a user undo the change.
 * - `immutable`: the server refuses the change.
 * - `unsupported`: this server is too old to know the field, or sets the field by itself.
 */
export type Impact = "safe" | "disruptive" | "lossy" | "one-way" | "immutable" | "unsupported";

/**
 * What became of a resource, or in mode `plan` what would become of it. The worst difference decides: the outcome is
 * `held` if any difference was not applied, even if others were.
 */
export type Outcome = "unchanged" | "created" | "updated" | "held" | "failed" | "toCreate" | "toUpdate";

/** A value in the topology's own units: `"1GiB"`, `"30d"`, `["results.>"]`. `null` means not set. */
export type Shown = unknown;

/** How much a lossy difference would discard, now or at the server's next restart. */
export interface Forecast {
  messages: number;
  bytes: number;
  certainty: "exact" | "at most" | "unknown";
}

export interface ReportedDifference {
  /** The topology's own name of the field: `maxBytes`, or `history` on a bucket. */
  field: string;
  live: Shown;
  declared: Shown;
  impact: Impact;
  /** Why the difference has that impact, or why it was held: one sentence. */
  reason?: string;
  /** How much a lossy difference would discard. A difference that discards exactly nothing is applied. */
  forecast?: Forecast;
  /** What became of the difference. `toApply` in mode `plan`. */
  outcome: "applied" | "toApply" | "held";
  /**
   * An approval of this plan would not apply this held difference, although its impact could be approved. The reason
   * says why, and the resource's error says what to do first.
   */
  blocked?: true;
}

export interface ReportedUndeclared {
  field: string;
  live: Shown;
  /** Why an exact resource keeps this value. It resets its other undeclared fields to their defaults. */
  reason?: string;
}

export interface ReportedError {
  /** The server's err_code, or the one that the plan expects the server to answer. Absent if no server answered. */
  code?: number;
  /** What went wrong, by what a person can do about it. */
  class: ErrorClass;
  /** One sentence. */
  message: string;
}

export interface ReportedResource {
  /** The kind and the name: `stream/RESULTS`, `kv/jobs`, `object/files`, `consumer/RESULTS/worker`. */
  id: string;
  outcome: Outcome;
  /** The other topology that owns the resource, by its metadata. This topology does not take it over or write it. */
  owner?: string;
  /** The topology only observes the resource. No run writes it, and no approval changes that. */
  observed?: true;
  /** Every enforced field whose live value differs from the declared one. */
  differences: ReportedDifference[];
  /** Live values of fields that the topology leaves open, if they are not the server's default. They are kept. */
  undeclared: ReportedUndeclared[];
  /** Why the resource failed, or why the server refused to write it. */
  error?: ReportedError;
  /** Why the resource is still settling. Absent if it is not. */
  settling?: Settling;
}

/** Why a resource is settling: the broker still works on it, although its config may be as declared. */
export interface Settling {
  /** All causes in one line. */
  reason: string;
  causes: SettlingCause[];
}

/** A live resource that this topology owns and does not declare any more, with the messages that it holds. */
export interface Orphan {
  id: string;
  /** How many messages a stream or bucket holds. */
  messages?: number;
  bytes?: number;
  consumers?: number;
  /** How many messages a consumer still has to deliver. */
  pending?: number;
}

/** How many resources had each outcome. */
export interface Summary {
  unchanged: number;
  /** Only in mode `ensure`. */
  created?: number;
  /** Only in mode `ensure`. */
  updated?: number;
  /** Only in mode `plan`. */
  toCreate?: number;
  /** Only in mode `plan`. */
  toUpdate?: number;
  held: number;
  failed: number;
  /** Resources of any outcome that are still settling. */
  settling: number;
  /** Live resources that this topology does not declare and that have no owner. */
  unmanaged: number;
}

export interface BrokerFacts {
  /** The server's version. */
  server: string;
  /** The JetStream API level. `null` before 2.11. */
  apiLevel: number | null;
  /** The cluster's name. `null` if the server is not in a cluster. */
  cluster: string | null;
  /** The account of the credentials. `null` if the server does not tell it. */
  account: string | null;
  /** The JetStream domain. `null` if there is none. */
  domain: string | null;
  /**
   * File storage in bytes, as the server counts it. `declared` is for the whole topology, even if the run looked at a
   * part. `limit` is `null` if the account has no limit.
   */
  storage: { declared: number; reserved: number | null; limit: number | null };
}

export interface Result {
  /** The topology's name. */
  topology: string;
  /** `plan` writes nothing. */
  mode: Mode;
  /** Who or what asked for the run. */
  trigger: string;
  /** The patterns that chose some of the resources. Absent if the run is about all of them. */
  only?: string[];
  /** How many resources the run looked at, and how many the topology declares. The result is about the former only. */
  lookedAt: { resources: number; declared: number };
  /**
   * `null` if the broker could not be asked. The id of a plan for a part of the topology ends in "-" and four digits.
   */
  planId: string | null;
  /** No resource that the run looked at is held, failed, missing or settling. */
  converged: boolean;
  summary: Summary;
  resources: ReportedResource[];
  /** Live resources that this topology does not declare and that have no owner in their metadata. */
  unmanaged: string[];
  /** Live resources that this topology does not declare and that another topology owns. */
  others: { id: string; topology: string }[];
  /** Live resources that this topology owns and does not declare any more. */
  orphans: Orphan[];
  /** `null` if the broker could not be asked. */
  broker: BrokerFacts | null;
  /** Facts that the reader should know and that are not about one resource: one sentence each. */
  warnings: string[];
  /** How many requests the run sent. */
  requests: { read: number; write: number };
  /** How long the run took, in milliseconds. */
  durationMs: number;
  /** Why the broker could not be asked. */
  error?: ReportedError;
}

/** One reason why a resource is settling, although its config may already be as declared. */
export interface SettlingCause {
  /** The part of the resource: its group's leader or members, one replica, its mirror or one of its sources. */
  what: "leader" | "group" | "replica" | "mirror" | "source";
  /** The replica's server, or the stream that is copied. */
  name?: string;
  /** How many operations a replica is behind, or how many messages a mirror or source is behind. */
  behind?: number;
  /** The error that the server reports for a mirror or source. Time alone rarely mends it. */
  error?: string;
  /** One clause, with the numbers. */
  reason: string;
}
