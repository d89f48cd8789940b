import type { BrokerError } from "../../jetstream/errors/broker-error.ts";
import type { StreamConfig } from "../../jetstream/types.ts";
import type { BrokerFacts } from "../../report/result.ts";
import { gib } from "../../text/text.ts";
import type { ResolvedResource } from "../../topology/resolve/resolved.ts";
import { showSize } from "../../topology/units/sizes.ts";

/**
 * Adds advice and the missing numbers to the server's refusal of storage. The server only says "insufficient storage
 * resources available", about the resource that happens to come last.
 */
export function withStorageAdvice(
  error: BrokerError,
  resource: ResolvedResource,
  storage: BrokerFacts["storage"],
): string {
  if (error.class !== "storage" || resource.kind === "consumer") return error.message;
  const { max_bytes: bytes = 0, num_replicas: replicas = 1 } = resource.enforced as Partial<StreamConfig>;
  const on = replicas > 1 ? ` on ${replicas} servers` : "";
  const asked = Number(bytes) > 0 ? `It asks for ${showSize(bytes)}${on}; the` : "The";
  const reserved = storage.reserved === null ? "" : `, and ${gib(storage.reserved)} were reserved before this run`;
  const limit = storage.limit === null ? "the server's own, for the account has none" : gib(storage.limit);
  return (
    `${error.message} ${asked} topology declares ${gib(storage.declared)} in all${reserved}. ` +
    `The limit is ${limit}: lower a maxBytes, or raise the limit.`
  );
}
