import pLimit from "p-limit";
import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { bytesOf, streamWrite } from "../plan/stream-write.ts";
import { giveBack, handoversOf, letGo } from "./handover.ts";
import { orderOf, roomTaken } from "./order.ts";
import { createResource, refused, updateResource, type Written } from "./write.ts";

/** What became of the actions that write, by resource id; the others are not in it. */
export type Applied = ReadonlyMap<string, Written>;

/** Creates and updates on the wire at once: 8 to 16 keep a three-node cluster's meta leader busy and no more. */
const IN_FLIGHT = 12;

/**
 * Of writes that reserve storage, on a server that is not clustered: it checks the reservation and makes it in two
 * steps, so that two at once are both let in and all that come after are refused (measured on 2.15.1: 3 GiB reserved of
 * a limit of 2). One after the other they take a millisecond each. A cluster's leader takes them one by one itself.
 */
const RESERVING_IN_FLIGHT = 1;

export interface ApplyOptions {
  /** Epoch milliseconds after which nothing is written. Default: none. */
  deadline?: number;
  /** Opens an API for giving subjects back, which may be used after the deadline. Default: the same API. */
  reserve?: () => Promise<JetStreamApi>;
}

/**
 * Carries out a plan.
 *
 * 1. Streams that hand subjects round in a circle let go of them.
 * 2. Each action waits for those it builds on: a consumer for its stream, a mirror for its origin, a subject's new
 *    owner for its old one to let go. Whether those succeeded is no matter: the server decides.
 * 3. Then for a free place among those in flight; a new owner of subjects takes none, so that it follows the old one at
 *    once. If the deadline comes first, the action is reported as not reached.
 * 4. Create or update, and compare the answer with what was asked.
 * 5. Subjects that their new owner could not take are given back to the old one.
 *
 * One resource's trouble is in its own entry; this never rejects for it.
 */
export async function applyPlan(
  api: JetStreamApi,
  plan: Plan,
  server: ServerFacts,
  options: ApplyOptions = {},
): Promise<Applied> {
  const { deadline = Number.POSITIVE_INFINITY, reserve = async () => api } = options;
  const inFlight = pLimit(IN_FLIGHT);
  const oneByOne = pLimit(server.cluster === null ? RESERVING_IN_FLIGHT : IN_FLIGHT);
  const handovers = handoversOf(plan.actions);
  const heirs = new Set(handovers.flatMap((each) => each.heirs.map(({ write }) => write.resource.id)));
  const { waitFor, letGoFirst } = orderOf(plan.actions);
  const done = new Map<string, Promise<Written | undefined>>();
  const results = new Map<string, Written>();

  const placeFor = (action: Action) => (task: () => Promise<Written | undefined>) => {
    if (reservesMore(action)) return oneByOne(() => inFlight(task));
    return heirs.has(action.resource.id) ? task() : inFlight(task);
  };

  if (Date.now() < deadline) await Promise.all(letGoFirst.map((action) => inFlight(() => letGo(api, action))));

  // In an order in which every action comes after those it waits for, so that their promises are there.
  const start = (action: Action): Promise<Written | undefined> => {
    const known = done.get(action.resource.id);
    if (known) return known;
    const before = (waitFor.get(action.resource.id) ?? []).map(start);
    const place = placeFor(action);
    const running = Promise.all(before).then(() => place(() => carryOut(api, action, server, deadline)));
    done.set(action.resource.id, running);
    return running;
  };

  await Promise.all(
    plan.actions.map(async (action) => {
      const written = await start(action);
      if (written) results.set(action.resource.id, written);
    }),
  );
  await giveBack(reserve, handovers, results);
  return results;
}

function reservesMore(action: Action): boolean {
  const write = streamWrite(action);
  return write !== undefined && bytesOf(write.config) > 0 && roomTaken(write) > 0;
}

async function carryOut(
  api: JetStreamApi,
  action: Action,
  server: ServerFacts,
  deadline: number,
): Promise<Written | undefined> {
  if (action.does !== "create" && action.does !== "update") return undefined;
  if (Date.now() >= deadline) return notReached(action);
  return action.does === "create" ? createResource(api, action, server) : updateResource(api, action, server);
}

/** Nothing of it was written, and nothing of it is there. */
function notReached(action: Extract<Action, { does: "create" | "update" }>): Written {
  const message = "It was not reached before the run's time was up: run again.";
  const error = new BrokerError(message, { class: "unavailable" });
  if (action.does === "create") return { error, applied: [], held: [] };
  const wanted = action.decision.differences.filter(({ held }) => !held);
  return { error, applied: [], held: wanted.map((difference) => refused(difference, error)) };
}
