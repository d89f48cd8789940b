import type { JetStreamApi } from "../jetstream/api.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { bytesOf, streamWrite } from "../plan/stream-write.ts";
import { carryOut } from "./carry-out.ts";
import { carryOutHandover } from "./handover/carry-out-handover.ts";
import { orderOf, roomTaken, type WriteUnit } from "./order.ts";
import { Places } from "./places.ts";
import type { WriteOutcome } from "./write-resource.ts";

/** What became of the actions that write, by resource id; the others are not in it. */
export type WriteOutcomes = ReadonlyMap<string, WriteOutcome>;

/** How a run reaches the broker while it applies a plan. */
export interface BrokerAccess {
  /** On the run's connection; nothing is sent after the moment, in epoch milliseconds. */
  until(deadline: number): JetStreamApi;
  /**
   * On the run's connection if the broker answers there, and else on a new one, which is opened once. It rejects with a
   * BrokerError where the broker cannot be reached.
   */
  anew(deadline: number): Promise<JetStreamApi>;
}

/** Creates and updates on the wire at once: 8 to 16 keep a three-node cluster's meta leader busy and no more. */
const IN_FLIGHT = 12;

/**
 * Time kept for giving subjects back, in milliseconds. It takes at most a new connection, two reads and an update: five
 * round trips and what a cluster needs to agree, which is half a second on servers before 2.11, and 2 s where it has to
 * elect a leader first.
 */
const MOST_RESERVED_MS = 3000;

/** Of a run with little time, no more than this part is reserved: a subject could not be handed over otherwise. */
const MOST_RESERVED_PART = 1 / 4;

/**
 * Carries out a plan.
 *
 * 1. Each unit waits for those that it builds on: a consumer for its stream, a mirror for its origin. Whether those
 *    succeeded is no matter: the server decides.
 * 2. Then it waits for free places among those in flight; if the deadline comes first, it is reported as not reached.
 * 3. Create or update, and compare the answer with what was asked.
 * 4. Streams that hand subjects to one another do so in one go, and give back what cannot be taken. They stop earlier
 *    than the others: the last part of the time is for giving back.
 *
 * One resource's trouble is in its own entry; this never rejects for it.
 */
export async function applyPlan(
  broker: BrokerAccess,
  plan: Plan,
  server: ServerFacts,
  deadline = Number.POSITIVE_INFINITY,
): Promise<WriteOutcomes> {
  const results = new Map<string, WriteOutcome>();
  const places = new Places(IN_FLIGHT);
  // A server that is not clustered checks a reservation and makes it in two steps, so that two at once are both let in
  // and all that come after are refused (measured on 2.15.1: 3 GiB reserved of a limit of 2). One after the other they
  // take a millisecond each. A cluster's leader takes them one by one itself.
  const reserving = server.cluster === null ? new Places(1) : undefined;
  const api = broker.until(deadline);
  const handover = handoverContext(broker, server, deadline);

  const perform = async (unit: WriteUnit): Promise<void> => {
    const [action] = unit.actions;
    if (unit.handover) {
      for (const [id, written] of await carryOutHandover(unit.actions, unit.handover, handover))
        results.set(id, written);
    } else if (action) results.set(action.resource.id, await carryOut(api, action, server, deadline));
  };
  const start = (unit: WriteUnit): Promise<void> => {
    if (unit.actions.length === 0) return Promise.resolve();
    const count = unit.handover ? Math.min(handover.width, unit.actions.length) : 1;
    const hold = () => places.hold(count, () => perform(unit));
    return reserving && unit.actions.some(reservesMore) ? reserving.hold(1, hold) : hold();
  };

  const running = new Map<WriteUnit, Promise<void>>();
  for (const unit of orderOf(plan.actions)) {
    const before = Promise.all(unit.waitsFor.map((each) => running.get(each)));
    running.set(
      unit,
      before.then(() => start(unit)),
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
    // Releasing and claiming are two requests, half of what giving back may take.
    startBefore: claimBefore - reserved / 2,
    lastApi: async (isConnectionInDoubt: boolean) =>
      isConnectionInDoubt ? broker.anew(deadline) : broker.until(deadline),
    // A server that is not clustered answers in a millisecond; there, streams that reserve come one by one.
    width: server.cluster === null ? 1 : IN_FLIGHT,
  };
}

function reservesMore(action: Action): boolean {
  const write = streamWrite(action);
  return write !== undefined && bytesOf(write.config) > 0 && roomTaken(write) > 0;
}
