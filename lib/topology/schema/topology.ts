import * as z from "zod";
import { kvBucketSchema, objectStoreSchema } from "./bucket.ts";
import { consumerSchema } from "./consumer.ts";
import { streamSchema } from "./stream.ts";
import { flag, text, texts } from "./values.ts";

export const topologyShape = {
  /** Where an editor finds the JSON Schema of this file. */
  $schema: text(),
  /** The topology's name in reports, logs and alarms. */
  name: z.string().min(1),
  /** Streams. */
  streams: z.array(streamSchema).optional(),
  /** Key-value buckets: the streams `KV_<name>`. */
  kvBuckets: z.array(kvBucketSchema).optional(),
  /** Object stores: the streams `OBJ_<name>`. */
  objectStores: z.array(objectStoreSchema).optional(),
  /** Durable consumers. */
  consumers: z.array(consumerSchema).optional(),
  /** Reset undeclared fields of each resource to the server's defaults. Default: false. */
  exact: flag(),
  /**
   * Write the topology's name on every declared resource without an owner, even if nothing else changes. Default:
   * false.
   */
  adopt: flag(),
  /** Write resources that another topology owns, like `takeOver` on each resource. Default: false. */
  takeOver: flag(),
  /**
   * Write the topology's name into the metadata of each resource that a run creates or updates
   * (`jetstream-ensure.topology`, since 2.10). It tells topologies on one account apart. Default: true.
   */
  ownerMetadata: flag(),
  /** Ids that are not reported as unmanaged. `*` stands for any characters: `stream/tmp-*`, `consumer/EVENTS/*`. */
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
