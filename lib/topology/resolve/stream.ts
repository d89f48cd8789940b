import type { StreamConfig } from "../../jetstream/types.ts";
import type { StreamDeclaration } from "../schema/topology.ts";
import { declaredFields, policyOf } from "./enforced.ts";
import type { ResolvedStream } from "./resolved.ts";

export function resolveStream(stream: StreamDeclaration, exactByDefault: boolean): ResolvedStream {
  return {
    id: `stream/${stream.name}`,
    kind: "stream",
    name: stream.name,
    stream: stream.name,
    enforced: declaredFields("stream", stream) as Partial<StreamConfig>,
    createDefaults: {},
    policy: policyOf(stream, exactByDefault),
  };
}
