import type { ConsumerConfig, StreamConfig } from "../../jetstream/types.ts";
import type { ResolvedConsumer, ResolvedStream } from "../resolve/resolved.ts";

/** What a rule finds wrong: at a field of the wire (and a place in it), one sentence. */
export interface Finding<Config> {
  field: keyof Config & string;
  /** Further down in it: `[1].name`. */
  at?: string;
  message: string;
}

/** A declared stream or bucket, as what it would be on the wire. */
export interface StreamFacts {
  kind: ResolvedStream["kind"];
  name: string;
  config: Partial<StreamConfig>;
  /** What this kind of resource calls a field: messages use the words of the topology. */
  its: (field: keyof StreamConfig) => string;
}

export interface ConsumerFacts {
  config: Partial<ConsumerConfig>;
  its: (field: keyof ConsumerConfig) => string;
}

/**
 * A combination that the server refuses, or would turn into something else than declared. It reads the declared fields
 * only: what a live resource has beside them is for the plan. The rules are those of nats-server 2.15.
 */
export type StreamRule = (stream: StreamFacts) => Iterable<Finding<StreamConfig>>;
export type ConsumerRule = (consumer: ConsumerFacts) => Iterable<Finding<ConsumerConfig>>;

/** A resource that can be looked at, with its place in the topology. */
export interface Placed<R extends ResolvedStream | ResolvedConsumer> {
  resource: R;
  /** `streams[1]` */
  place: string;
}

export interface PlacedFinding {
  /** `streams[1].subjects[0]` */
  path: string;
  message: string;
}

export interface WholeTopology {
  streams: Placed<ResolvedStream>[];
  consumers: Placed<ResolvedConsumer>[];
}
export type TopologyRule = (topology: WholeTopology) => Iterable<PlacedFinding>;
