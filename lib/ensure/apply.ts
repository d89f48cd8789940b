import type { JetStreamApi } from "../jetstream/api.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { bytesOf, streamWrite } from "../plan/stream-write.ts";
import { carryOut } from "./carry-out.ts";
import { orderOf, roomTaken, type WriteUnit } from "./order.ts";
import { Places } from "./places.ts";
import { carryOutHandover } from "./subject-handover/carry-out-handover.ts";
import type { WriteOutcome } from "./write-resource.ts";

/** The outcome of each action that writes, by resource id. Other actions have no entry. */
export type WriteOutcomes = ReadonlyMap<string, WriteOutcome>;

/** How a run reaches the broker while it applies a plan. */
export interface BrokerAccess {
  /** An API on the run's connection. It sends nothing after the deadline, in epoch milliseconds. */
  until(deadline: number): JetStreamApi;
  /**
   * An API on the run's connection if the broker answers there, and otherwise on a new connection, which is opened
   * once. It rejects with a BrokerError if the broker cannot be reached.
   */
  anew(deadline: number): Promise<JetStreamApi>;
}

/** How many writes are in flight at once. 8 to 16 writes keep the meta leader of a three-node cluster just busy. */
const IN_FLIGHT = 12;

/**
 * The time reserved for giving subjects back, in milliseconds. Giving back needs at most a new connection, two reads
 * and an update. These are five round trips and the time in which a cluster agrees: half a second on servers before
 * 2.11, and 2 s if the cluster has to elect a leader first.
 */
const MOST_RESERVED_MS = 3000;

/** The largest part of the remaining time that is reserved. A short run needs the rest for the handover itself. */
const MOST_RESERVED_PART = 1 / 4;

/**
 * Carries out a plan.
 *
 * 1. Each unit waits for the units that it builds on: a consumer for its stream, a mirror for its origin. It also
 *    starts if one of them failed, because the server decides.
 * 2. The unit waits for free places among the writes in flight. If the deadline comes first, the unit is reported as
 *    not reached.
 * 3. The unit creates or updates its resource, and compares the server's answer with the request.
 * 4. Streams that hand subjects to one another do so in one unit, and give back each subject that its heir cannot take.
 *    They stop earlier than other units: the last part of the time is reserved for giving back.
 *
 * The failure of one resource is in its own entry, and does not make this function reject.
 */
export async function applyPlan(
  broker: BrokerAccess,
  plan: Plan,
  server: ServerFacts,
  deadline = Number.POSITIVE_INFINITY,
): Promise<WriteOutcomes> {
  const results = new Map<string, WriteOutcome>();
  const places = new Places(IN_FLIGHT);
  // A server that is not clustered checks a reservation and makes it in two steps. It accepts two reservations that
  // come at once, and refuses all later ones (measured on 2.15.1: 3 GiB reserved of a limit of 2). So they are sent one
  // after the other, in a millisecond each. The leader of a cluster takes them one by one itself.
  const reserving = server.cluster === null ? new Places(1) : undefined;
  const api = broker.until(deadline);
  const handover = handoverContext(broker, server, deadline);

  const carryOutUnit = async (unit: WriteUnit): Promise<void> => {
    const [action] = unit.actions;
    if (unit.handover) {
      for (const [id, outcome] of await carryOutHandover(unit.actions, unit.handover, handover))
        results.set(id, outcome);
    } else if (action) results.set(action.resource.id, await carryOut(api, action, server, deadline));
  };
  const start = (unit: WriteUnit): Promise<void> => {
    if (unit.actions.length === 0) return Promise.resolve();
    const count = unit.handover ? Math.min(handover.width, unit.actions.length) : 1;
    const inPlaces = () => places.hold(count, () => carryOutUnit(unit));
    return reserving && unit.actions.some(reservesMore) ? reserving.hold(1, inPlaces) : inPlaces();
  };

  const running = new Map<WriteUnit, Promise<void>>();
  for (const unit of orderOf(plan.actions)) {
    const earlierUnits = Promise.all(unit.waitsFor.map((each) => running.get(each)));
    running.set(
      unit,
      earlierUnits.then(() => start(unit)),
    );
  }
  await Promise.all(running.values());
  return results;
}

function handoverContext(broker: BrokerAccess, server: ServerFacts, deadline: number) {
  const left = deadline - Date.now();
  const reserved = Number.isFinite(left) ? Math.min(MOST_RESERVED_MS, Math.max(0, left) * MOST_RESERVED_PART) : 0;
  const claimBefore = deadline - reserved;
  return {
    server,
    api: broker.until(claimBefore),
    deadline: claimBefore,
    // Releasing and claiming are two requests. They take half the time of giving back.
    startBefore: claimBefore - reserved / 2,
    lastApi: async (isConnectionInDoubt: boolean) =>
      isConnectionInDoubt ? broker.anew(deadline) : broker.until(deadline),
    // A server that is not clustered takes reservations one by one, and answers each in a millisecond.
    width: server.cluster === null ? 1 : IN_FLIGHT,
  };
}

function reservesMore(action: Action): boolean {
  const write = streamWrite(action);
  return write !== undefined && bytesOf(write.config) > 0 && roomTaken(write) > 0;
}
