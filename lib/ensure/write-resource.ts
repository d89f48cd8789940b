import type { JetStreamApi } from "../jetstream/api.ts";
import { BrokerError } from "../jetstream/errors/broker-error.ts";
import { CONSUMER_ALREADY_EXISTS, STREAM_NAME_IN_USE } from "../jetstream/errors/error-codes.ts";
import type { ServerFacts } from "../jetstream/server.ts";
import type { Action } from "../plan/action.ts";
import { type Difference, decide, overruledDifferences } from "../plan/decide.ts";
import { same } from "../plan/fields/canonical.ts";
import { canonicalConfig, type Fields } from "../plan/fields/tables.ts";
import { ownerOf } from "../topology/owner.ts";
import { writeAndConfirm } from "./write-and-confirm.ts";

/** The outcome of one action. */
export interface WriteOutcome {
  /** The differences that the run removed. */
  applied: Difference[];
  /** The differences that the plan would have applied and that are still there, each with the reason. */
  held: Difference[];
  /** Why the resource could not be created, or why a difference is held. */
  error?: BrokerError;
  /** The resource exists. Before the run it stored subjects that no stream may store now. */
  unstored?: true;
}

type Create = Extract<Action, { does: "create" }>;
type Update = Extract<Action, { does: "update" }>;

/**
 * Creates a resource that did not exist when the plan was made.
 *
 * 1. Send the config.
 * 2. A field whose value in the answer differs from the request is held: the server ignored it.
 * 3. If somebody else has created the resource meanwhile, report a conflict. The next run compares it.
 */
export async function createResource(api: JetStreamApi, action: Create, server: ServerFacts): Promise<WriteOutcome> {
  const { table, resource, config, missing } = action;
  const target = canonicalConfig(table, config, server);
  try {
    const fields = Object.keys(config);
    const stored = await writeAndConfirm(api, action, { verb: "create", config, target, fields }, server);
    const got = canonicalConfig(table, stored, server);
    const ignored = fields.filter((field) => !same(target[field], got[field]));
    const notTakenFields = ignored.map((field) => notTaken(field, got[field], target[field]));
    const overruled = overruledDifferences(table, resource.enforced as Fields, { live: stored, server });
    return { applied: [], held: [...missing, ...notTakenFields, ...overruled] };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    if (error.code === STREAM_NAME_IN_USE || error.code === CONSUMER_ALREADY_EXISTS) {
      const message = `${resource.id} was created by somebody else during this run, with another config: run again.`;
      return { applied: [], held: missing, error: new BrokerError(message, { class: "conflict", code: error.code }) };
    }
    return { applied: [], held: missing, error };
  }
}

/**
 * Applies the differences of a resource that the plan does not hold.
 *
 * 1. Send the whole config: the live config with the changed fields. A field whose value in the answer differs from the
 *    request is held: the server ignored it.
 * 2. If the server refuses, send each field by itself, so that a refused field does not block the others. Each field is
 *    decided again, because a change that is safe together with others may not be safe alone.
 */
export async function updateResource(api: JetStreamApi, action: Update, server: ServerFacts): Promise<WriteOutcome> {
  const { decision } = action;
  const wanted = decision.differences.filter(({ held }) => !held);
  try {
    return await send(api, action, decision.update ?? {}, decision.target, wanted, server);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    const isFinal = error.class === "auth" || error.code === undefined || wanted.length === 1;
    if (isFinal) return { applied: [], held: wanted.map((difference) => heldBecause(difference, error)), error };
    return oneByOne(api, action, wanted, server, error);
  }
}

/** Sends each difference in an update of its own, after the server has refused them together. */
async function oneByOne(
  api: JetStreamApi,
  action: Update,
  wanted: Difference[],
  server: ServerFacts,
  refusal: BrokerError,
): Promise<WriteOutcome> {
  const total: WriteOutcome = { applied: [], held: [] };
  let live = action.question.live;
  for (const difference of wanted) {
    if (total.applied.includes(difference)) continue;
    if (difference.adopts && ownerOf(live) === action.question.ownership?.topology) {
      // An earlier step has already written the owner.
      total.applied.push(difference);
      continue;
    }
    const decision = stepWith(
      action,
      live,
      difference,
      wanted.filter((other) => !total.applied.includes(other)),
    );
    if (!decision?.update) {
      total.held.push(heldBecause(difference, refusal));
      total.error ??= refusal;
      continue;
    }
    try {
      const step = wanted.filter(({ field }) =>
        decision.differences.some((each) => each.field === field && !each.held),
      );
      const outcome = await send(api, action, decision.update, decision.target, step, server);
      total.applied.push(...outcome.applied);
      total.held.push(...outcome.held);
      live = decision.update;
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      total.held.push(heldBecause(difference, error));
      // An unknown outcome is more important than a refusal: later errors do not replace it.
      if (!total.error?.answerLost) total.error = error;
    }
  }
  return total;
}

/**
 * Decides about an update of one field. If the field cannot change alone, the update has a second one: a shorter age
 * needs a shorter window.
 */
function stepWith({ table, question }: Update, live: Fields, difference: Difference, wanted: Difference[]) {
  for (const partner of [difference, ...wanted]) {
    const step = [difference.field, partner.field];
    const others = Object.keys(table.fields).filter((field) => !step.includes(field));
    const withheld = new Map(others.map((field) => [field, "not in this step"]));
    const decision = decide(table, { ...question, live, withheld });
    if (decision.differences.some(({ field, held }) => field === difference.field && !held)) return decision;
  }
  return undefined;
}

async function send(
  api: JetStreamApi,
  action: Update,
  config: Fields,
  target: Fields,
  wanted: Difference[],
  server: ServerFacts,
): Promise<WriteOutcome> {
  const fields = [...Object.keys(config), ...wanted.map(({ field }) => field)];
  const stored = await writeAndConfirm(api, action, { verb: "update", config, target, fields }, server);
  const got = canonicalConfig(action.table, stored, server);
  const isOwned = ownerOf(stored) === ownerOf(config);
  const enforced = action.resource.enforced as Fields;
  const overruled = overruledDifferences(action.table, enforced, { live: stored, server });
  const [applied, held]: [Difference[], Difference[]] = [[], []];
  for (const difference of wanted) {
    const { field, adopts } = difference;
    const overruledHere = overruled.find((each) => each.field === field);
    if (overruledHere) held.push(overruledHere);
    else if (same(got[field], target[field]) && (isOwned || !adopts)) applied.push(difference);
    else held.push(notTaken(field, got[field], target[field]));
  }
  return { applied, held };
}

/** The outcome of an action that was not carried out. */
export function notApplied(action: Action, error: BrokerError): WriteOutcome {
  if (action.does === "create") return { applied: [], held: action.missing, error };
  const wanted = action.does === "update" ? action.decision.differences.filter(({ held }) => !held) : [];
  return { applied: [], held: wanted.map((difference) => heldBecause(difference, error)), error };
}

/** A difference that the server ignored. */
function notTaken(field: string, live: unknown, declared: unknown): Difference {
  const reason = "the server accepted the request and left this field as it was";
  return { field, live, declared, held: true, verdict: { impact: "unsupported", reason } };
}

/** A difference that is still there because of this error. */
function heldBecause(difference: Difference, error: BrokerError): Difference {
  return { ...difference, held: true, verdict: { ...difference.verdict, reason: error.message } };
}
