import type { ConsumerConfig } from "../../jetstream/types.ts";
import type { ConsumerDeclaration } from "../schema/topology.ts";
import { declaredFields, policyOf } from "./enforced.ts";
import type { ResolvedConsumer } from "./resolved.ts";

export function resolveConsumer(consumer: ConsumerDeclaration, exactByDefault: boolean): ResolvedConsumer {
  const declared = declaredFields("consumer", consumer) as Partial<ConsumerConfig>;
  return {
    id: `consumer/${consumer.stream}/${consumer.name}`,
    kind: "consumer",
    name: consumer.name,
    stream: consumer.stream,
    enforced: { ...declared, durable_name: consumer.name },
    // The server's default is no acknowledgement at all; what clients and the nats CLI create acknowledges each message.
    createDefaults: declared.ack_policy === undefined ? { ack_policy: "explicit" } : {},
    policy: policyOf(consumer, exactByDefault),
  };
}
