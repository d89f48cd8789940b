import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import type { policyShape } from "./policy.ts";
import type {
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  StreamDeclaration,
} from "./topology.ts";

/**
 * A check at compile time: a topology can declare every field of the wire types under its camelCase name, and no other
 * field. A field that is added to lib/jetstream/types.ts does not compile here until the schema has it.
 */

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Same<A, B> = [A] extends [B]
  ? [B] extends [A]
    ? true
    : { missing: Exclude<A, B>; extra: Exclude<B, A> }
  : {
      missing: Exclude<A, B>;
      extra: Exclude<B, A>;
    };
type Declarable<T> = Exclude<keyof T, keyof typeof policyShape>;

/**
 * The fields that a bucket cannot declare because its kind decides them, and those that it declares under other names.
 */
type DecidedByKind = "subjects" | "deny_purge" | "allow_rollup_hdrs";
type RenamedOnBuckets = "max_msgs_per_subject" | "max_msg_size" | "subject_delete_marker_ttl";
type OnBuckets = Camel<Exclude<keyof StreamConfig, DecidedByKind | RenamedOnBuckets>>;
type BucketNames = "maxValueSize" | "limitMarkerTtl";

/** A consumer's name is its durable name. A pause needs another request: the server ignores it in an update. */
type NotDeclaredOnConsumers = "durable_name" | "pause_until";

type Checks = [
  Same<Camel<keyof StreamConfig>, Declarable<StreamDeclaration>>,
  Same<OnBuckets | BucketNames | "history", Declarable<KvBucketDeclaration>>,
  Same<OnBuckets | BucketNames, Declarable<ObjectStoreDeclaration>>,
  Same<Camel<Exclude<keyof ConsumerConfig, NotDeclaredOnConsumers>> | "stream", Declarable<ConsumerDeclaration>>,
];
export type CoversTheWire = Checks extends true[] ? true : Checks;
export const coversTheWire: CoversTheWire = true;
