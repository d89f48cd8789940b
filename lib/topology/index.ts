export { defineTopology } from "./define.ts";
export {
  backingStream,
  bucketName,
  camelCase,
  declaredName,
  snakeCase,
  streamPrefix,
  wireName,
} from "./fields/names.ts";
export { shownValue } from "./fields/shown.ts";
export { loadTopology, readTopology } from "./load/load.ts";
export { parseTopology, type TopologyFormat } from "./load/parse.ts";
export { resolveTopology } from "./resolve/resolve.ts";
export type * from "./resolve/resolved.ts";
export { isResolved, readResolved, writeResolved } from "./resolve/resolved-json.ts";
export type {
  AnyStreamDeclaration,
  BucketDeclaration,
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  StreamDeclaration,
  Topology,
} from "./schema/topology.ts";
export { TopologyError, type TopologyIssue } from "./topology-error.ts";
export { durationToWire, parseDuration, showDuration } from "./units/durations.ts";
export { parseSize, showSize, sizeToWire } from "./units/sizes.ts";
export { UnitError } from "./units/unit-error.ts";
export { topologyIssues } from "./validate.ts";
