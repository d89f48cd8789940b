import type { ServerFacts } from "../../jetstream/server.ts";
import type { ConsumerInfo, StreamConfig, StreamSource, StreamState } from "../../jetstream/types.ts";
import type { Evidence } from "../../observe/evidence.ts";
import type { Forecast, Impact } from "../../report/result.ts";
import type { ResourceKind } from "../../topology/resolve/resolved.ts";
import type { Stored } from "../stored.ts";
import type { Estimate } from "./forecast.ts";

/**
 * One row of a field table: everything that this project knows about one config field. Diff, policy, docs and tests all
 * read the row.
 */
export interface Field<Config, Value> {
  /** The first server release that knows the field. Absent if all supported releases (2.9 and newer) know it. */
  since?: string;
  /** Returns why a part of this value means nothing to the server, if `since` alone does not tell. */
  unsupported?: (value: Value, server: ServerFacts) => string | undefined;
  /**
   * A resource without this field would be another thing or would store other data, and no later update could correct
   * that. So a server that is too old for the field does not get the resource at all.
   */
  requiredAtCreate?: true;
  /** The server accepts the field in an update only. The verdict says why, and what that update would mean. */
  updateOnly?: Verdict;
  /** The field is the resource's name, which is never compared. */
  identity?: true;
  /**
   * No write of the config changes the field. An exact resource keeps the live value, which is listed as undeclared.
   */
  keepsLive?: true;
  /**
   * Returns what the server reads back for this value, or for no value: values that mean the same have one canonical
   * form. `undefined` means that the field is not set.
   */
  canonical: (value: Value | undefined, config: Config, server: ServerFacts) => unknown;
  /**
   * Whether a server or a client may have set this live value by itself, although it is not the default. Such a value
   * is not listed as undeclared, and is not drift of an exact resource.
   */
  mayBeServerSet?: (value: unknown, config: Config) => boolean;
  /**
   * Returns why the server shows another value than the declared one, if no write of this resource can ask for the
   * declared one. The canonical values of such a field are equal, so that no run sends it. The plan reports it as held.
   */
  overruled?: (live: Value | undefined, declared: Value, config: Config, server: ServerFacts) => string | undefined;
  /**
   * Lays a declared value over a live one, if a part of the live value may be undeclared. Default: the declared value
   * replaces the live one.
   */
  merge?: (live: Value | undefined, declared: Value) => Value;
  /** Judges the change from the live to the wanted value. */
  impact: (change: Change<Config>) => Verdict;
}

/**
 * A table with a row for every field of the wire type. It does not compile while a field of a new server has no row.
 */
export type FieldTable<Config> = { readonly [Key in keyof Config]-?: Field<Config, NonNullable<Config[Key]>> };

/** The change of one field, and everything that its impact may depend on. */
export interface Change<Config> {
  /** The live and the wanted value, both canonical. */
  from: unknown;
  to: unknown;
  /** The whole live config, and the whole config that the update would leave. Both are canonical. */
  live: Config;
  target: Config;
  server: ServerFacts;
  /** What the stream stores; `undefined` if a consumer's stream could not be read. */
  stored: Stored | undefined;
  /** The live consumer, which also shows how it is used. */
  consumer?: ConsumerInfo | undefined;
  /** The time when the broker was read, in epoch milliseconds. */
  now: number;
  /**
   * Returns the id of another declared resource that takes over the whole subject: a stream that will store it, or a
   * consumer that will deliver it.
   */
  heirOf?: ((subject: string) => string | undefined) | undefined;
  /** Returns the other declared resources that take over a part of the subject. */
  heirsOfParts?: ((subject: string) => HeirOfPart[]) | undefined;
  /** The moves of this stream's subjects to other declared streams, and the streams that copy this stream. */
  moves?: MovesFrom | undefined;
}

/** What the plan knows about the subjects that move from one stream to others. */
export interface MovesFrom {
  /** Returns the declared streams that will store a part of the subject, among those that the run looks at. */
  of(subject: string): Move[];
  /** Returns the streams that take messages from this one. */
  copies(): Copies;
}

/** A subject that another declared stream will store. */
export interface Move {
  subject: string;
  /** The id of the new stream; its name on the wire is `stream`. */
  to: string;
  stream: string;
  kind: ResourceKind;
  /** The new stream's config as the topology wants it, canonical. */
  config: StreamConfig;
  /** What the new stream holds; absent if the stream does not exist yet. */
  stored?: Stored;
}

export interface Copies {
  known: Copy[];
  /** Live streams whose config was not read; `undefined` if the user may not ask which streams exist. */
  unread: string[] | undefined;
}

/** A stream that takes messages from others. */
export interface Copy {
  id: string;
  stream: string;
  isMirror: boolean;
  /** The origins that it takes messages from now, and those after the run. Both are canonical. */
  now: StreamSource[];
  after: StreamSource[];
}

/** A declared resource that takes over a part of a subject. */
export interface HeirOfPart {
  /** The part: the subjects that both resources match. */
  subject: string;
  /** The id of the resource. */
  heir: string;
}

export interface Verdict {
  impact: Impact;
  /** One sentence: why the impact is not `safe`, or what a safe change does beside setting the value. */
  reason?: string;
  /** How much a lossy change would discard. */
  forecast?: Forecast;
  /** The evidence that would make the forecast exact, or that would tell whether something is in use. */
  needs?: Evidence[];
  /** The subjects to look at for the evidence "storedOn". */
  storedOn?: string[];
  /** The reads that the plan needs of the streams that take subjects over. */
  ofHeirs?: { stream: string; state: StreamState; storedOn: string[] }[];
  /** The verdict depends on which origins the unread streams copy. */
  needsCopies?: true;
}

export const SAFE: Verdict = { impact: "safe" };

export const safe = (reason: string): Verdict => ({ impact: "safe", reason });
export const immutable = (reason: string): Verdict => ({ impact: "immutable", reason });
export const disruptive = (reason: string): Verdict => ({ impact: "disruptive", reason });
export const oneWay = (reason: string): Verdict => ({ impact: "one-way", reason });

/** The verdict of a lossy change: what the change does, and how much it would discard. */
export function lossy(reason: string, { forecast, needs }: Estimate): Verdict {
  return { impact: "lossy", reason, forecast, ...(needs ? { needs: [needs] } : {}) };
}

/** The impact of a field whose every change means the same. */
export function always(verdict: Verdict): () => Verdict {
  return () => verdict;
}
