import { isSourcingConsumerName } from "../../jetstream/sourcing-consumer.ts";
import type { ConsumerRule } from "./rule.ts";

/** A declared one would be changed by the server, or be in the way of the mirror or source that needs the name. */
export const nameIsNotTheServers: ConsumerRule = function* ({ config: { durable_name = "" } }) {
  if (!isSourcingConsumerName(durable_name)) return;
  const message = `"${durable_name}" is a name that the server gives the consumers it makes for mirrors and sources. Declare the mirror or the source: the server makes its consumer, and removes it.`;
  yield { field: "name", message };
};
