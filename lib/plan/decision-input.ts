import type { ServerFacts } from "../jetstream/server.ts";
import type { ConsumerInfo } from "../jetstream/types.ts";
import type { Policy, ResourceKind } from "../topology/resolve/resolved.ts";
import type { HeirOfPart, MovesFrom } from "./fields/field.ts";
import type { Fields } from "./fields/tables.ts";
import type { Ownership } from "./ownership.ts";
import type { Stored } from "./stored.ts";

/** The input of a decision about one resource that exists. */
export interface DecisionInput {
  kind: ResourceKind;
  enforced: Fields;
  createDefaults: Fields;
  policy: Policy;
  live: Fields;
  server: ServerFacts;
  stored?: Stored;
  /** The live consumer, which also shows how it is used. */
  consumer?: ConsumerInfo;
  /** The time when the broker was read, in epoch milliseconds. Default: the time in `stored`. */
  now?: number;
  /**
   * Returns the id of another declared resource that takes over the whole subject: a stream that will store it, or a
   * consumer that will deliver it.
   */
  heirOf?: (subject: string) => string | undefined;
  /** The moves of this stream's subjects to other declared streams, and the streams that copy this stream. */
  moves?: MovesFrom;
  /** Returns the other declared resources that take over a part of the subject. */
  heirsOfParts?: (subject: string) => HeirOfPart[];
  /**
   * Defaults that this stream and account give to fields that are left out, if they differ from the server's usual
   * ones.
   */
  defaults?: Fields;
  /**
   * Fields whose live value may be the server's own limit. An exact resource keeps such a value, unless the field is
   * declared.
   */
  possibleLimits?: readonly string[];
  /** Values that the server gives to overruled fields when it accepts any write of the resource. */
  givenByWrite?: Fields;
  /** The rules about the owner. Default: the decision ignores the owner, which stays as it is. */
  ownership?: Ownership;
  /** Fields that the decision must not change, each with the reason: the server refused them in this run. */
  withheld?: ReadonlyMap<string, string>;
}
