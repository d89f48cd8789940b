import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { type ApiOptions, type JetStreamApi, jetStreamApi } from "../jetstream/api.ts";
import { BrokerError, ERROR_CLASSES, messageOf } from "../jetstream/errors/broker-error.ts";
import { infoMemory } from "../jetstream/latest-info.ts";
import { serverFacts } from "../jetstream/server.ts";
import type { BrokerState } from "../observe/broker-state.ts";
import { allowEverything, makePlan, type Plan } from "../plan/plan.ts";
import { isPlanId } from "../plan/plan-id.ts";
import { streamWrites } from "../plan/stream-write.ts";
import { handoversOf } from "../plan/subject-handover/handovers.ts";
import type { Mode, Result } from "../report/result.ts";
import { matches, patternsMistake } from "../topology/pattern.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolve/resolved.ts";
import { applyPlan, type BrokerAccess } from "./apply.ts";
import { planLive } from "./plan-live.ts";
import { buildResult, resultWithoutBroker } from "./result/build-result.ts";
import { planMoved } from "./result/plan-moved.ts";
import { waitForSettling } from "./result/wait-for-settling.ts";

export interface RunOptions {
  topology: ResolvedTopology;
  /**
   * Opens the connection, which the run closes. An error that it throws is reported, with its `class` if it has one.
   */
  connect: () => Promise<NatsConnection>;
  mode: Mode;
  /** Who asked for the run: `manual`, `schedule`, `deploy`, … It appears in the report and has no other effect. */
  trigger: string;
  /** Patterns of resource ids, with `*`. The run reads and writes only these resources. Default: all. */
  only?: string[];
  /**
   * The id of a plan that a user has approved. The run also applies its disruptive, lossy and one-way changes if a plan
   * made now has the same id. Otherwise the run writes nothing, and reports the new plan with an error of class
   * `conflict`.
   */
  approve?: string;
  /**
   * Writes the topology's name on every resource without an owner, even if nothing else changes. Default: the
   * topology's.
   */
  adopt?: boolean;
  api?: Pick<ApiOptions, "domain" | "prefix" | "timeoutMs">;
  /** When the report is due, in epoch milliseconds. Default: none. */
  deadline?: number;
}

/** A request with options that can never work, whatever the state of the broker. The message says why. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

/** The time before the deadline that is kept for the report. */
const REPORTING_MS = 250;

/**
 * Makes a plan, and in mode `ensure` applies it.
 *
 * 1. Choose the resources that `only` asks for.
 * 2. Connect.
 * 3. Read the broker, and decide about every resource (lib/plan).
 * 4. In mode `ensure`, apply the differences that are not held.
 * 5. Close the connection, and report.
 *
 * Trouble with the broker ends in a report and not in an exception. `error` in the report says that the broker could
 * not be asked.
 *
 * @throws RequestError if `only` matches nothing or is too long, or if `approve` comes with mode `plan` or is not the
 *   id of a plan.
 */
export async function run(options: RunOptions): Promise<Result> {
  if (options.approve !== undefined && options.mode !== "ensure") {
    throw new RequestError('"approve" goes with the mode "ensure": a plan changes nothing.');
  }
  if (options.approve !== undefined && !isPlanId(options.approve)) {
    throw new RequestError(
      `"approve" is "${options.approve.slice(0, 80)}": it must be the id of a plan, 16 hexadecimal digits (of a part ` +
        'of the topology, "-" and four more), which its result has as "planId".',
    );
  }
  const startedAt = Date.now();
  const resources = chooseResources(options);
  const { adopt, ...rest } = options;
  const topology = adopt === undefined ? options.topology : { ...options.topology, adopt };
  const context: RunContext = { ...rest, topology, resources, startedAt };

  let connection: NatsConnection;
  try {
    connection = await beforeDeadline(options.connect(), options.deadline, (late) => late.close());
  } catch (error) {
    return resultWithoutBroker(context, asBrokerError(error));
  }
  try {
    return await planAndApply(context, connection);
  } finally {
    await connection.close();
  }
}

interface RunContext extends RunOptions {
  /** The resources that the run reads and writes. */
  resources: ResolvedResource[];
  /** Epoch milliseconds. */
  startedAt: number;
}

async function planAndApply(run: RunContext, connection: NatsConnection): Promise<Result> {
  const deadline = run.deadline === undefined ? Number.POSITIVE_INFINITY : run.deadline - REPORTING_MS;
  const requests = { read: 0, write: 0 };
  const { remember, latest } = infoMemory();
  const apiUntil = (nc: NatsConnection, until: number) =>
    remember(jetStreamApi(nc, { ...run.api, deadline: until }, requests));
  const api = apiUntil(connection, deadline);
  let planned: Awaited<ReturnType<typeof planLive>>;
  try {
    planned = await planLive(api, run.topology, run.resources, (account) => serverFacts(connection, account));
  } catch (error) {
    return resultWithoutBroker(run, asBrokerError(error), requests);
  }
  const { plan, seen } = planned;
  const found = { seen, latest, requests };
  if (run.mode === "plan") return buildResult(run, { ...found, plan, applied: new Map() });
  if (run.approve !== undefined && run.approve !== plan.id) {
    const asPlan = buildResult({ ...run, mode: "plan" }, { ...found, plan, applied: new Map() });
    return { ...asPlan, error: planMoved(run.approve, asPlan) };
  }
  const allowed = { ...allowedPlan(run, api, planned), id: plan.id };
  const again = reconnecting(run, connection);
  const access: BrokerAccess = {
    until: (until) => apiUntil(connection, until),
    anew: async (until) => apiUntil(await again.connection(), until),
  };
  const applied = await applyPlan(access, allowed, seen.server, deadline).finally(() => again.close());
  const written = run.resources.filter(({ id }) => applied.has(id));
  await waitForSettling(api, written, latest, deadline);
  return buildResult(run, { ...found, plan: allowed, applied });
}

/**
 * The plan that this run may carry out. It includes the approved differences, and leaves out the release of a subject
 * if the user may not write the stream that takes it over.
 */
function allowedPlan(run: RunContext, api: JetStreamApi, { plan, seen }: { plan: Plan; seen: BrokerState }): Plan {
  const { publish } = seen.live.user;
  const isLimited = publish !== undefined && handoversOf(streamWrites(plan.actions)).length > 0;
  if (run.approve === undefined && !isLimited) return plan;
  const resources = run.approve === undefined ? run.resources : allowEverything(run.resources);
  const mayWrite: BrokerState["mayWrite"] = (verb, stream) => api.mayWrite(publish, verb, stream);
  return makePlan(run.topology, resources, { ...seen, mayWrite });
}

/**
 * How long a ping may take before the run opens a second connection: a slow link connects more slowly than it answers.
 */
const PING_MS = 150;

/**
 * Gives a connection on which the broker answers: the run's own, or a second one. The second connection is opened once,
 * and only if the first one is closed or does not answer soon. The connection that answers first is used.
 */
function reconnecting(run: RunContext, first: NatsConnection) {
  let opening: Promise<NatsConnection> | undefined;
  let second: NatsConnection | undefined;
  const open = () => {
    opening ??= beforeDeadline(run.connect(), run.deadline, (late) => late.close()).then((opened) => {
      second = opened;
      return opened;
    });
    return opening;
  };
  return {
    async connection(): Promise<NatsConnection> {
      try {
        if (first.isClosed()) return await open();
        let isAnswered = false;
        const answers = first.flush().then(() => {
          isAnswered = true;
          return first;
        });
        const another = sleep(PING_MS).then(() => (isAnswered ? first : open()));
        // A ping may never get an answer. The wait then ends when the second connection fails.
        return await Promise.race([answers.catch(() => another), another]);
      } catch (error) {
        throw asBrokerError(error);
      }
    },
    async close(): Promise<void> {
      if (second) await second.close();
      else
        void opening?.then(
          (late) => late.close(),
          () => undefined,
        );
    },
  };
}

/** How many patterns an error message names. */
const MOST_SHOWN = 10;

function chooseResources({ topology, only }: RunOptions): ResolvedResource[] {
  if (only === undefined) return topology.resources;
  const mistake = patternsMistake(only);
  if (mistake !== undefined) throw new RequestError(`"only" ${mistake}.`);
  const nothing = only.filter((pattern) => !topology.resources.some(({ id }) => matches(pattern, id)));
  if (nothing.length > 0 || only.length === 0) {
    const shown = nothing.slice(0, MOST_SHOWN).map((pattern) => `"${pattern}"`);
    const more = nothing.length > MOST_SHOWN ? ` and ${nothing.length - MOST_SHOWN} more` : "";
    const what = only.length === 0 ? "an empty list" : `${shown.join(", ")}${more}`;
    throw new RequestError(
      `"only" matches no resource of the topology "${topology.name}": ${what}. ` +
        "It takes resource ids with *, such as stream/RESULTS or kv/*.",
    );
  }
  return topology.resources.filter(({ id }) => only.some((pattern) => matches(pattern, id)));
}

/** Waits for the connection until the deadline. A connection that opens later is given to `afterwards`. */
async function beforeDeadline<Thing>(
  thing: Promise<Thing>,
  deadline: number | undefined,
  afterwards: (thing: Thing) => unknown,
): Promise<Thing> {
  if (deadline === undefined) return thing;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message =
      "The broker could not be connected to before the run's time was up: it, or whoever keeps its credentials, did " +
      "not answer.";
    const reason = new BrokerError(message, { class: "network" });
    timer = setTimeout(() => reject(reason), Math.max(0, deadline - REPORTING_MS - Date.now()));
  });
  try {
    return await Promise.race([thing, late]);
  } catch (error) {
    thing.then(afterwards, () => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes a BrokerError of any error. The class that an error names is kept, as errors of reading credentials do. */
function asBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const given = (error as { class?: unknown } | null)?.class;
  const known = ERROR_CLASSES.find((each) => each === given) ?? "unknown";
  return new BrokerError(messageOf(error), { class: known, cause: error });
}
