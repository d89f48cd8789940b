import type { NatsConnection } from "nats";
import { type ApiOptions, type JetStreamApi, jetStreamApi } from "../jetstream/api.ts";
import { BrokerError, ERROR_CLASSES, messageOf } from "../jetstream/errors.ts";
import { infoMemory, type LatestInfo } from "../jetstream/latest-info.ts";
import { serverFacts } from "../jetstream/server.ts";
import { approved, makePlan, type Plan, type Seen } from "../plan/plan.ts";
import { isPlanId } from "../plan/plan-id.ts";
import { planLive } from "../plan/plan-live.ts";
import type { Mode, Result } from "../report/result.ts";
import { matches } from "../topology/pattern.ts";
import type { ResolvedResource, ResolvedTopology } from "../topology/resolved.ts";
import { type Applied, applyPlan } from "./apply.ts";
import { GIVE_BACK_MS, handoversOf } from "./handover.ts";
import { planMoved } from "./plan-moved.ts";
import { resultOf, resultWithoutBroker } from "./result-of.ts";
import { waitForSettling } from "./settling.ts";

export interface RunOptions {
  topology: ResolvedTopology;
  /** Opens the connection; the run closes it. What it throws ends the run with a report, by its `class` if it has one. */
  connect: () => Promise<NatsConnection>;
  mode: Mode;
  /** Who asked: `manual`, `schedule`, `deploy`, … Only reported. */
  trigger: string;
  /** Resource ids with `*`; only these are looked at and written. Default: all. */
  only?: string[];
  /**
   * The id of a plan that was looked at: its disruptive, lossy and one-way changes are applied too, if a plan made now
   * has the same id. If not, nothing is written, and the report is the new plan with an error of class `conflict`.
   */
  approve?: string;
  /** Lays the topology's name on every resource that carries none, by a write of its own. Default: the topology's. */
  adopt?: boolean;
  api?: Pick<ApiOptions, "domain" | "prefix" | "timeoutMs">;
  /** Epoch milliseconds by which the report is due. Default: none. */
  deadline?: number;
}

/** A request that makes no sense, whatever the broker: the message says why. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

/** What is left of the time before the deadline for telling what happened. */
const REPORTING_MS = 250;

/**
 * Plans, and in mode `ensure` applies.
 *
 * 1. Choose the resources that `only` asks for.
 * 2. Connect.
 * 3. Read the broker; decide about every resource (lib/plan).
 * 4. Apply what is not held (mode `ensure`).
 * 5. Close, and report.
 *
 * Whatever the broker does ends in a report, not in an exception: `error` in it says that the broker could not be
 * asked.
 *
 * @throws RequestError where `only` matches nothing, or `approve` comes with a plan, or is no plan's id.
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
  const resources = chosen(options);
  const { adopt, ...rest } = options;
  const topology = adopt === undefined ? options.topology : { ...options.topology, adopt };
  const run: Run = { ...rest, topology, resources, startedAt };

  let connection: NatsConnection;
  try {
    connection = await beforeDeadline(options.connect(), options.deadline, (late) => late.close());
  } catch (error) {
    return resultWithoutBroker(run, asBrokerError(error));
  }
  try {
    return await ask(run, connection);
  } finally {
    await connection.close();
  }
}

/** What a report needs to know of the run itself. */
export interface Run extends RunOptions {
  resources: ResolvedResource[];
  startedAt: number;
}

/** What a run found and did. */
export interface Findings {
  plan: Plan;
  seen: Seen;
  applied: Applied;
  latest: LatestInfo;
  requests: JetStreamApi["requests"];
}

async function ask(run: Run, connection: NatsConnection): Promise<Result> {
  const deadline = run.deadline === undefined ? undefined : run.deadline - REPORTING_MS;
  const requests = { read: 0, write: 0 };
  const { remember, latest } = infoMemory();
  const apiUntil = (nc: NatsConnection, until: number | undefined) =>
    remember(jetStreamApi(nc, { ...run.api, ...(until === undefined ? {} : { deadline: until }) }, requests));
  const api = apiUntil(connection, deadline);
  let planned: Awaited<ReturnType<typeof planLive>>;
  try {
    planned = await planLive(api, run.topology, run.resources, (account) => serverFacts(connection, account));
  } catch (error) {
    return resultWithoutBroker(run, asBrokerError(error), requests);
  }
  const { plan, seen } = planned;
  const found = { seen, latest, requests };
  if (run.mode === "plan") return resultOf(run, { ...found, plan, applied: new Map() });
  if (run.approve !== undefined && run.approve !== plan.id) {
    const asPlan = resultOf({ ...run, mode: "plan" }, { ...found, plan, applied: new Map() });
    return { ...asPlan, error: planMoved(run.approve, asPlan) };
  }
  const allowed = { ...allowedPlan(run, api, planned), id: plan.id };
  const again = reconnecting(run, connection);
  const until = writesEnd(allowed, deadline);
  const applied = await applyPlan(apiUntil(connection, until), allowed, seen.server, {
    ...(until === undefined ? {} : { deadline: until }),
    reserve: async () => apiUntil(await again.connection(), deadline),
  }).finally(() => again.close());
  const written = run.resources.filter(({ id }) => applied.has(id));
  await waitForSettling(api, written, latest, deadline);
  return resultOf(run, { ...found, plan: allowed, applied });
}

/** The plan as this run may carry it out: with what was approved, and without releases that nobody may take over. */
function allowedPlan(run: Run, api: JetStreamApi, { plan, seen }: { plan: Plan; seen: Seen }): Plan {
  const { publish } = seen.live.user;
  const isLimited = publish !== undefined && handoversOf(plan.actions).length > 0;
  if (run.approve === undefined && !isLimited) return plan;
  const resources = run.approve === undefined ? run.resources : approved(run.resources);
  const mayWrite: Seen["mayWrite"] = (verb, stream) => api.mayWrite(publish, verb, stream);
  return makePlan(run.topology, resources, { ...seen, mayWrite });
}

/** A plan that hands subjects over ends its writes early enough to give back what a new owner could not take. */
function writesEnd({ actions }: Plan, deadline: number | undefined): number | undefined {
  if (deadline === undefined || handoversOf(actions).length === 0) return deadline;
  return deadline - GIVE_BACK_MS;
}

/** The run's connection, or a new one where that one broke. */
function reconnecting(run: Run, first: NatsConnection) {
  let second: NatsConnection | undefined;
  return {
    async connection(): Promise<NatsConnection> {
      if (!first.isClosed()) return first;
      second ??= await beforeDeadline(run.connect(), run.deadline, (late) => late.close());
      return second;
    },
    close: async () => second?.close(),
  };
}

function chosen({ topology, only }: RunOptions): ResolvedResource[] {
  if (only === undefined) return topology.resources;
  const nothing = only.filter((pattern) => !topology.resources.some(({ id }) => matches(pattern, id)));
  if (nothing.length > 0 || only.length === 0) {
    const what = only.length === 0 ? "an empty list" : nothing.map((pattern) => `"${pattern}"`).join(", ");
    throw new RequestError(
      `"only" matches no resource of the topology "${topology.name}": ${what}. ` +
        "It takes resource ids with *, such as stream/RESULTS or kv/*.",
    );
  }
  return topology.resources.filter(({ id }) => only.some((pattern) => matches(pattern, id)));
}

/** The connection, unless the deadline comes first; one that comes later still is given to `afterwards`. */
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

/** Errors that say what class they are of keep it: reading the credentials fails with its own kind. */
function asBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const given = (error as { class?: unknown } | null)?.class;
  const known = ERROR_CLASSES.find((each) => each === given) ?? "unknown";
  return new BrokerError(messageOf(error), { class: known, cause: error });
}
