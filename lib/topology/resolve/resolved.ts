import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";

export type BucketKind = "kv" | "object";
export type StreamKind = "stream" | BucketKind;
export type ResourceKind = StreamKind | "consumer";

/** What a topology can allow of one resource that a run otherwise holds until its plan is approved. */
export const PERMISSIONS = ["allowLoss", "allowDisruption", "allowOneWay"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a run may do to one resource. A permission is for all fields, or for those listed (the topology's own names). */
export interface Policy extends Record<Permission, boolean | string[]> {
  /** `observe`: never written, differences are still reported. */
  manage: "ensure" | "observe";
  /** Undeclared fields are brought back to the server's defaults. */
  exact: boolean;
  /** It is written also where it carries another topology's name. Default: what the topology says. */
  takeOver?: boolean;
  /** The topology's name is laid on it with each write. Default: what the topology says. */
  ownerMetadata?: boolean;
}

interface Resolved<Config> {
  /** `stream/RESULTS`, `kv/jobs`, `object/result_output`, `consumer/RESULTS/projector`. */
  id: string;
  /** The name as declared: `RESULTS`, `jobs`. */
  name: string;
  /** The stream on the wire: `RESULTS`, `KV_jobs`, `OBJ_result_output`; of a consumer, the stream it reads. */
  stream: string;
  /** What is enforced: the fields declared, and those that the kind needs in order to be that kind. */
  enforced: Partial<Config>;
  /** What is used when creating and is no drift afterwards: what clients merely set at birth. */
  createDefaults: Partial<Config>;
  policy: Policy;
}

/** A stream, KV bucket or object store: all three are streams on the wire, and one code path serves them. */
export interface ResolvedStream extends Resolved<StreamConfig> {
  kind: StreamKind;
}

export interface ResolvedConsumer extends Resolved<ConsumerConfig> {
  kind: "consumer";
}

export type ResolvedResource = ResolvedStream | ResolvedConsumer;

/** A topology in one form, JSON all through: what the Lambda gets beside its bundle. */
export interface ResolvedTopology {
  name: string;
  /** Patterns (`*`) of resource ids that are not reported as unmanaged. */
  ignore: string[];
  /** The topology's name is laid on every resource that carries none. Default: false. */
  adopt?: boolean;
  /** Resources are written also where they carry another topology's name. Default: false. */
  takeOver?: boolean;
  /** The topology's name is laid on with each write. Default: true. */
  ownerMetadata?: boolean;
  /** Streams, KV buckets, object stores, then consumers, each in the order declared. */
  resources: ResolvedResource[];
}
