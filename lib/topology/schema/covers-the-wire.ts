import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import type { policyShape } from "./policy.ts";
import type {
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  StreamDeclaration,
} from "./topology.ts";

/**
 * Compile-time only: every field of the wire types is declarable, under the name the rule gives it, and nothing else
 * is. A field added to lib/jetstream/types.ts does not compile here until the schema has it.
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

/** What a bucket cannot declare because its kind decides it, and what it declares under another name. */
type DecidedByKind = "subjects" | "deny_purge" | "allow_rollup_hdrs";
type RenamedOnBuckets = "max_msgs_per_subject" | "max_msg_size" | "subject_delete_marker_ttl";
type OnBuckets = Camel<Exclude<keyof StreamConfig, DecidedByKind | RenamedOnBuckets>>;
type BucketNames = "maxValueSize" | "limitMarkerTtl";

/** The durable name is the name; a pause is a request of its own, the server ignores it in an update. */
type NotDeclaredOnConsumers = "durable_name" | "pause_until";

type Checks = [
  Same<Camel<keyof StreamConfig>, Declarable<StreamDeclaration>>,
  Same<OnBuckets | BucketNames | "history", Declarable<KvBucketDeclaration>>,
  Same<OnBuckets | BucketNames, Declarable<ObjectStoreDeclaration>>,
  Same<Camel<Exclude<keyof ConsumerConfig, NotDeclaredOnConsumers>> | "stream", Declarable<ConsumerDeclaration>>,
];
export type CoversTheWire = Checks extends true[] ? true : Checks;
export const coversTheWire: CoversTheWire = true;
