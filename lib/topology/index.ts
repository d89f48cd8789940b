export { defineTopology } from "./define.ts";
export { loadTopology, readTopology } from "./load.ts";
export { backingStream, bucketName, camelCase, declaredName, snakeCase, streamPrefix, wireName } from "./names.ts";
export { parseTopology, type TopologyFormat } from "./parse.ts";
export { resolveTopology } from "./resolve/resolve.ts";
export type * from "./resolved.ts";
export { isResolved, readResolved, writeResolved } from "./resolved-json.ts";
export type {
  AnyStreamDeclaration,
  BucketDeclaration,
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  StreamDeclaration,
  Topology,
} from "./schema/topology.ts";
export { shownValue } from "./shown.ts";
export { TopologyError, type TopologyIssue } from "./topology-error.ts";
export { durationToWire, parseDuration, showDuration } from "./units/durations.ts";
export { parseSize, showSize, sizeToWire } from "./units/sizes.ts";
export { UnitError } from "./units/unit-error.ts";
export { topologyIssues } from "./validate.ts";
