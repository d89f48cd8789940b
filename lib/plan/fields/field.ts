import type { ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerInfo, StreamConfig, StreamSource, StreamState } from "../../jetstream/types.ts";
import type { Evidence } from "../../observe/evidence.ts";
import type { Forecast, Impact } from "../../report/result.ts";
import type { ResourceKind } from "../../topology/resolve/resolved.ts";
import type { Stored } from "../stored.ts";
import type { Estimate } from "./forecast.ts";

/** What is known of one config field: one row of a table. Diff, policy, docs and tests all read the row. */
export interface Field<Config, Value> {
  /** The first server release that knows the field. Absent: all that this project supports (2.9 and newer). */
  since?: string;
  /** Why a part of this value means nothing to the server, where `since` alone does not tell. */
  unsupported?: (value: Value, server: ServerFacts) => string | undefined;
  /**
   * A resource made without the field would be another thing or would store other data, and could not be put right
   * afterwards: where the server is too old for the field, the resource is not created.
   */
  requiredAtCreate?: true;
  /** The server takes it in an update only: why, and what the update would mean. */
  updateOnly?: Verdict;
  /** The name of the thing: never compared. */
  identity?: true;
  /** No write of the config changes it: an exact resource keeps the live value, which is listed as undeclared. */
  keepsLive?: true;
  /** One spelling for one meaning: what the server reads back for this value, or for none. `undefined`: not set. */
  canonical: (value: Value | undefined, config: Config, server: ServerFacts) => unknown;
  /**
   * Whether a live value may be nobody's: what servers or clients set unasked, beside the default. It is not listed as
   * undeclared, and no drift of an exact resource.
   */
  mayBeServerSet?: (value: unknown, config: Config) => boolean;
  /**
   * Why the server shows another value than the declared one and no write of this resource can ask for it. The canonical
   * values of such a field are equal, so that no run sends it; the plan reports it as held.
   */
  overruled?: (live: Value | undefined, declared: Value, config: Config, server: ServerFacts) => string | undefined;
  /** A declared value laid over a live one, where part of the value may be undeclared. Default: the declared one. */
  merge?: (live: Value | undefined, declared: Value) => Value;
  /** What it means to go from the live to the wanted value. */
  impact: (change: Change<Config>) => Verdict;
}

/** A table has a row for every field of the wire type: a field that a new server brings does not compile without. */
export type FieldTable<Config> = { readonly [Key in keyof Config]-?: Field<Config, NonNullable<Config[Key]>> };

/** A difference, and all that its impact may depend on. */
export interface Change<Config> {
  /** Canonical values. */
  from: unknown;
  to: unknown;
  /** The whole live config, and the whole config that the update would leave, both canonical. */
  live: Config;
  target: Config;
  server: ServerFacts;
  /** What is stored; `undefined` where the stream of a consumer could not be read. */
  stored: Stored | undefined;
  /** The live consumer and how it is used. */
  consumer?: ConsumerInfo | undefined;
  /** When the broker was read, epoch milliseconds. */
  now: number;
  /** The id of another declared resource that is to store, or of a consumer to deliver, all of a subject. */
  heirOf?: ((subject: string) => string | undefined) | undefined;
  /** Other declared resources that are to have a part of a subject. */
  heirsOfParts?: ((subject: string) => HeirOfPart[]) | undefined;
  /** What other declared streams are to store of this stream's subjects, and who copies this stream. */
  moves?: MovesFrom | undefined;
}

/** What is known of the subjects that move from one stream to others. */
export interface MovesFrom {
  /** Who is to store a part of a subject, where the run looks at that stream. */
  of(subject: string): Move[];
  /** The streams that take messages from this one. */
  copies(): Copies;
}

/** A subject that another declared stream is to store. */
export interface Move {
  subject: string;
  /** The new stream: its id, and its name on the wire. */
  to: string;
  stream: string;
  kind: ResourceKind;
  /** The new stream's config as the topology wants it, canonical. */
  config: StreamConfig;
  /** What the new stream holds; absent where it is yet to be created. */
  stored?: Stored;
}

export interface Copies {
  known: Copy[];
  /** Live streams whose config was not read; `undefined` where the user may not ask which streams there are. */
  unread: string[] | undefined;
}

/** A stream that takes messages from others. */
export interface Copy {
  id: string;
  stream: string;
  isMirror: boolean;
  /** Where it takes messages from now, and after the run, canonical. */
  now: StreamSource[];
  after: StreamSource[];
}

/** A declared resource that takes over a part of a subject. */
export interface HeirOfPart {
  /** The part: what both subjects match. */
  subject: string;
  /** Its id. */
  heir: string;
}

export interface Verdict {
  impact: Impact;
  /** One sentence; why the impact is not `safe`, or what a safe change does beyond its value. */
  reason?: string;
  /** Of a lossy change. */
  forecast?: Forecast;
  /** What would make the forecast exact, or tell whether something is in use. */
  needs?: Evidence[];
  /** For the evidence "storedOn": the subjects in question. */
  storedOn?: string[];
  /** What has to be read of the streams that take subjects over. */
  ofHeirs?: { stream: string; state: StreamState; storedOn: string[] }[];
  /** It depends on what streams copy that were not read. */
  needsCopies?: true;
}

export const SAFE: Verdict = { impact: "safe" };

export const safe = (reason: string): Verdict => ({ impact: "safe", reason });
export const immutable = (reason: string): Verdict => ({ impact: "immutable", reason });
export const disruptive = (reason: string): Verdict => ({ impact: "disruptive", reason });
export const oneWay = (reason: string): Verdict => ({ impact: "one-way", reason });

/** A lossy change: what it does, and how much of that there would be. */
export function lossy(reason: string, { forecast, needs }: Estimate): Verdict {
  return { impact: "lossy", reason, forecast, ...(needs ? { needs: [needs] } : {}) };
}
