import * as z from "zod";
import { kvBucketSchema, objectStoreSchema } from "./bucket.ts";
import { consumerSchema } from "./consumer.ts";
import { streamSchema } from "./stream.ts";
import { flag, text, texts } from "./values.ts";

export const topologyShape = {
  /** Where an editor finds the JSON Schema of this file. */
  $schema: text(),
  /** What the whole is called in reports, logs and alarms. */
  name: z.string().min(1),
  /** Streams. */
  streams: z.array(streamSchema).optional(),
  /** Key-value buckets: the streams `KV_<name>`. */
  kvBuckets: z.array(kvBucketSchema).optional(),
  /** Object stores: the streams `OBJ_<name>`. */
  objectStores: z.array(objectStoreSchema).optional(),
  /** Durable consumers. */
  consumers: z.array(consumerSchema).optional(),
  /** Bring undeclared fields of each resource back to the server's defaults. Default: false. */
  exact: flag(),
  /** Lay the topology's name on every declared resource that carries none, by a write of its own. Default: false. */
  adopt: flag(),
  /** Write what carries another topology's name, as `takeOver` on each resource. Default: false. */
  takeOver: flag(),
  /**
   * Lay the topology's name (metadata `jetstream-ensure.topology`, since 2.10) on what is created or updated: it tells
   * topologies on one account apart. Default: true.
   */
  ownerMetadata: flag(),
  /** Ids that are not reported as unmanaged, with `*` for any characters: `stream/tmp-*`, `consumer/EVENTS/*`. */
  ignore: texts(),
};

export const topologySchema = z.strictObject(topologyShape);

/** Every JetStream resource a team's systems expect, declared in one place. */
export type Topology = z.infer<typeof topologySchema>;
export type StreamDeclaration = z.infer<typeof streamSchema>;
export type KvBucketDeclaration = z.infer<typeof kvBucketSchema>;
export type ObjectStoreDeclaration = z.infer<typeof objectStoreSchema>;
export type ConsumerDeclaration = z.infer<typeof consumerSchema>;
/** A bucket of either kind. */
export type BucketDeclaration = KvBucketDeclaration | ObjectStoreDeclaration;
/** A stream or a bucket: all three are streams on the wire. */
export type AnyStreamDeclaration = StreamDeclaration | BucketDeclaration;
