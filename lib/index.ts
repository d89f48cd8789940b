/** The library: a topology, declared and checked, and a run of it against a broker. Needs neither AWS nor the CDK. */
export { RequestError, type RunOptions, run } from "./ensure/run.ts";
export { type Account, type ReadAccountOptions, readAccount } from "./export/account.ts";
export { type Exported, type ExportOptions, exportTopology } from "./export/export.ts";
export type { Preface } from "./export/write/preface.ts";
export { EXPORT_FORMATS, type ExportFormat, writeTopology } from "./export/write/write-topology.ts";
export { type ApiOptions, type JetStreamApi, jetStreamApi } from "./jetstream/api.ts";
export type { Credentials } from "./jetstream/connect/credentials.ts";
export { type ConnectOptions, connectBroker } from "./jetstream/connect.ts";
export { BrokerError, type ErrorClass } from "./jetstream/errors/broker-error.ts";
export { type RenderOptions, renderResult } from "./report/render-result.ts";
export type * from "./report/result.ts";
export type {
  BucketDeclaration,
  ConsumerDeclaration,
  KvBucketDeclaration,
  ObjectStoreDeclaration,
  ResolvedConsumer,
  ResolvedResource,
  ResolvedStream,
  ResolvedTopology,
  StreamDeclaration,
  Topology,
  TopologyFormat,
  TopologyIssue,
} from "./topology/index.ts";
export {
  defineTopology,
  loadTopology,
  parseTopology,
  readTopology,
  resolveTopology,
  TopologyError,
} from "./topology/index.ts";
