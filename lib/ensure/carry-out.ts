import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { Action } from "../plan/action.ts";
import { createResource, notApplied, updateResource, type WriteOutcome } from "./write-resource.ts";

/** Carries out one action that writes, unless the deadline has passed. */
export async function carryOut(
  api: JetStreamApi,
  action: Action,
  server: ServerFacts,
  deadline: number,
): Promise<WriteOutcome> {
  if (Date.now() >= deadline) return notReached(action);
  if (action.does === "create") return createResource(api, action, server);
  return action.does === "update" ? updateResource(api, action, server) : { applied: [], held: [] };
}

/** The outcome of an action for which the run had no time. */
export function notReached(action: Action): WriteOutcome {
  const message = "It was not reached before the run's time was up: run again.";
  return notApplied(action, new BrokerError(message, { class: "unavailable", outOfTime: true }));
}
