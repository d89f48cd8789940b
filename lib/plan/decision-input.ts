import type { ServerFacts } from "../jetstream/server.ts";
import type { ConsumerInfo } from "../jetstream/types.ts";
import type { Policy, ResourceKind } from "../topology/resolve/resolved.ts";
import type { HeirOfPart, MovesFrom } from "./fields/field.ts";
import type { Fields } from "./fields/tables.ts";
import type { Ownership } from "./ownership.ts";
import type { Stored } from "./stored.ts";

/** What is asked of one resource that exists. */
export interface DecisionInput {
  kind: ResourceKind;
  enforced: Fields;
  createDefaults: Fields;
  policy: Policy;
  live: Fields;
  server: ServerFacts;
  stored?: Stored;
  /** The live consumer and how it is used. */
  consumer?: ConsumerInfo;
  /** When the broker was read, epoch milliseconds. Default: as `stored` says. */
  now?: number;
  /** The id of another declared resource that is to store, or of a consumer to deliver, all of a subject. */
  heirOf?: (subject: string) => string | undefined;
  /** What other declared streams are to store of this stream's subjects, and who copies this stream. */
  moves?: MovesFrom;
  /** Other declared resources that are to have a part of a subject. */
  heirsOfParts?: (subject: string) => HeirOfPart[];
  /** What this stream and account give to fields that are left out, where that is not the server's usual default. */
  defaults?: Fields;
  /** Fields whose live value may be the server's own limit: an exact resource keeps it, unless it is declared. */
  possibleLimits?: readonly string[];
  /** Values that the server gives to overruled fields when it takes any write of the resource. */
  givenByWrite?: Fields;
  /** Whose it may be. Default: nobody looks, and the owner stays as it is. */
  ownership?: Ownership;
  /** Fields that must not be touched, each with the reason: what the server refused in this run. */
  withheld?: ReadonlyMap<string, string>;
}
