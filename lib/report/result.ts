import type { ErrorClass } from "../jetstream/errors/broker-error.ts";

/** What a run answers: the contract of DESIGN §5, also what the command line prints with `--json`. */

export type Mode = "plan" | "ensure";

/**
 * What applying a difference would mean.
 *
 * - `safe`: nothing stored is lost, and nothing that works stops working.
 * - `disruptive`: nothing stored is lost, but something in use stops working.
 * - `lossy`: stored messages go, now or at the server's next restart.
 * - `one-way`: the server never lets it be undone.
 * - `immutable`: the server refuses it.
 * - `unsupported`: this server is too old to know the field, or sets it by itself.
 */
export type Impact = "safe" | "disruptive" | "lossy" | "one-way" | "immutable" | "unsupported";

/**
 * What became of a resource, or in mode `plan` what would: the worst of its differences. `held` where any was not
 * applied, though others were.
 */
export type Outcome = "unchanged" | "created" | "updated" | "held" | "failed" | "toCreate" | "toUpdate";

/** A value in the topology's own units: `"1GiB"`, `"30d"`, `["results.>"]`. `null`: not set. */
export type Shown = unknown;

/** How much a lossy difference would discard, now or at the server's next restart. */
export interface Forecast {
  messages: number;
  bytes: number;
  certainty: "exact" | "at most" | "unknown";
}

export interface ReportedDifference {
  /** The topology's own name for it: `maxBytes`, and `history` on a bucket. */
  field: string;
  live: Shown;
  declared: Shown;
  impact: Impact;
  /** Why it has that impact, or why it was held: one sentence. */
  reason?: string;
  /** Of a lossy difference. One of exactly nothing is applied. */
  forecast?: Forecast;
  /** What became of it; `toApply` in mode `plan`. */
  outcome: "applied" | "toApply" | "held";
  /**
   * Of a held difference whose impact an approval would allow: approving this plan would not apply it. The reason says
   * why, and the resource's error what to do first.
   */
  blocked?: true;
}

export interface ReportedUndeclared {
  field: string;
  live: Shown;
  /** Of an exact resource, which brings other fields back to their defaults: why it keeps this one. */
  reason?: string;
}

export interface ReportedError {
  /** The server's err_code, or the one it would answer with, where the plan knows; absent where no server answered. */
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
  /** The other topology that it belongs to by its metadata, and that it is not taken over from: it is never written. */
  owner?: string;
  /** The topology only observes it: it is never written, and no approval changes that. */
  observed?: true;
  /** Every declared field whose live value is another one. */
  differences: ReportedDifference[];
  /** Live values that are not the server's default, of fields the topology leaves open: kept, listed. */
  undeclared: ReportedUndeclared[];
  /** Why it failed, or why the server refused a write of it. */
  error?: ReportedError;
  /** What the broker is still bringing about; absent where that is nothing. */
  settling?: Settling;
}

/** The config may be as declared, and the broker is not there yet: replicas catch up, a mirror lags. */
export interface Settling {
  /** All causes, in one line. */
  reason: string;
  causes: SettlingCause[];
}

/** A live resource that carries this topology's name and is not declared in it any more, with what it holds. */
export interface Orphan {
  id: string;
  /** Of a stream or bucket. */
  messages?: number;
  bytes?: number;
  consumers?: number;
  /** Of a consumer: messages that it has still to deliver. */
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
  /** Resources, of any outcome, that the broker is still bringing about. */
  settling: number;
  /** Live resources that no topology declares. */
  unmanaged: number;
}

export interface BrokerFacts {
  /** The server's version. */
  server: string;
  /** The JetStream API level; `null` before 2.11. */
  apiLevel: number | null;
  /** The cluster's name; `null` where the server is in none. */
  cluster: string | null;
  /** The account of the credentials; `null` where the server does not say. */
  account: string | null;
  /** The JetStream domain; `null` where there is none. */
  domain: string | null;
  /**
   * File storage, in bytes as the server counts it. `declared` is of the whole topology, whatever the run looked at.
   * `limit` is `null` where there is none.
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
  /** The patterns that chose some of the resources; absent where the run is about all of them. */
  only?: string[];
  /** How many resources the run is about, of how many that the topology declares. All else here is of these alone. */
  lookedAt: { resources: number; declared: number };
  /** `null` where the broker could not be asked. The id of a part of the topology ends in "-" and four digits. */
  planId: string | null;
  /** Nothing that the run looked at is held, failed, missing or settling. */
  converged: boolean;
  summary: Summary;
  resources: ReportedResource[];
  /** Live, not declared here, and no topology's, as far as the metadata tell. */
  unmanaged: string[];
  /** Live, not declared here, and another topology's. */
  others: { id: string; topology: string }[];
  /** Live, of this topology, and not declared in it any more. */
  orphans: Orphan[];
  /** `null` where the broker could not be asked. */
  broker: BrokerFacts | null;
  /** What the reader should know and no resource stands for: one sentence each. */
  warnings: string[];
  /** How many requests the run sent. */
  requests: { read: number; write: number };
  /** How long the run took, in milliseconds. */
  durationMs: number;
  /** Why the broker could not be asked. */
  error?: ReportedError;
}

/** One thing that the broker is still bringing about for a resource whose config may be as declared already. */
export interface SettlingCause {
  /** Which part of the resource: its group's leader or members, one replica, its mirror or one of its sources. */
  what: "leader" | "group" | "replica" | "mirror" | "source";
  /** The replica's server, or the stream that is copied. */
  name?: string;
  /** Operations that a replica is behind, or messages that a mirror or source is. */
  behind?: number;
  /** What the server reports of a mirror or source. Time alone rarely mends it. */
  error?: string;
  /** One clause, with the numbers. */
  reason: string;
}
