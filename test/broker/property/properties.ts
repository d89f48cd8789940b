import { isDeepStrictEqual } from "node:util";
import type { NatsConnection } from "nats";
import { run } from "../../../lib/ensure/run.ts";
import { connectBroker } from "../../../lib/jetstream/connect.ts";
import type { Impact, Mode, ReportedResource, Result } from "../../../lib/report/result.ts";
import { resolveTopology, wireName } from "../../../lib/topology/index.ts";
import type { ResolvedTopology } from "../../../lib/topology/resolve/resolved.ts";
import type { RawAnswer } from "../../support/raw.ts";
import { exactIsDefault } from "./exact.ts";
import { type Pair, topologyOf } from "./pair.ts";
import { alike, fieldsOf, hasLost, isRefused, type Tried } from "./tried.ts";
import { look, lookWhenExpired, makeLive } from "./world.ts";

/** What is to be there after the server was restarted. */
export interface Expected {
  pair: Pair;
  /** Stored when the plan was made. */
  messages: number;
  /** Of those, how many may be gone, and whether it must be just so many. */
  mayLose: number;
  exactly: boolean;
}

export interface Trial {
  /** Each property that does not hold, with all that is needed to do it by hand. */
  broken: string[];
  tried: number;
  /** Why the server did not take what should have been live. */
  refused: string[];
  expected: Expected[];
}

/** Makes what is live, plans, ensures and plans again. With `approving`, the plan is approved. */
export async function tryPairs(url: string, nc: NatsConnection, all: Pair[], approving: boolean): Promise<Trial> {
  const refusals = await makeLive(nc, all);
  const pairs = all.filter((_, at) => refusals[at] === undefined);
  const topology = resolveTopology(topologyOf(pairs));
  const before = await look(nc, pairs);

  const plan = await runAll(url, topology, "plan");
  const again = await runAll(url, topology, "plan");
  const ensured = await runAll(url, topology, "ensure", approving ? plan.planId : null);
  const after = await lookWhenExpired(nc, pairs);
  const next = await runAll(url, topology, "plan");
  const second = await runAll(url, topology, "ensure");

  const broken = ofTheWhole({ plan, again, ensured, next, second });
  const expected: Expected[] = [];
  for (const [at, pair] of pairs.entries()) {
    const resource = topology.resources.find(({ id }) => id === pair.id);
    const [was, is] = [before[at], after[at]];
    if (!resource || !was || !is) throw new Error(`${pair.id} was not looked at`);
    const reports = { plan: find(plan, pair), ensured: find(ensured, pair), next: find(next, pair) };
    const tried: Tried = { resource, ...reports, was, is, approving };
    const { mayLose, exactly } = lossOf(pair, tried);
    const lost = was.messages - is.messages;
    const found = [
      ...asPlanned(tried),
      ...emptyAfterwards(tried),
      ...undeclaredIsKept(tried),
      ...(lost > mayLose ? [`${was.messages} messages, then ${is.messages}, and at most ${mayLose} may be lost`] : []),
      ...(await exactIsDefault(nc, tried)),
    ];
    broken.push(...found.map((what) => `${pair.id}: ${what}\n${story(pair, tried)}`));
    expected.push({ pair, messages: was.messages, mayLose, exactly });
  }
  return { broken, tried: pairs.length, refused: refusals.flatMap((refusal) => refusal ?? []), expected };
}

function runAll(url: string, topology: ResolvedTopology, mode: Mode, approve: string | null = null): Promise<Result> {
  const connect = () => connectBroker({ servers: [url] });
  return run({ topology, connect, mode, trigger: "manual", ...(approve === null ? {} : { approve }) });
}

/** The plan id is the same for the same state and moves with it; a second ensure writes nothing. */
function ofTheWhole(runs: Record<"plan" | "again" | "ensured" | "next" | "second", Result>): string[] {
  const { plan, again, ensured, next, second } = runs;
  const applied = ensured.resources.some((each) => fieldsOf(each, "applied").length > 0);
  // A write that the server refuses is tried again, and what was lossy may not be so when its messages have gone.
  const mayWrite = ensured.resources.some((each) => isRefused(each) || hasLost(each));
  return [
    ...(plan.planId === again.planId ? [] : ["the plan id moved by itself"]),
    ...(plan.planId === ensured.planId ? [] : ["ensure had another plan id"]),
    ...(next.planId === second.planId ? [] : ["the plan id moved by itself after ensure"]),
    ...(applied === (plan.planId !== next.planId)
      ? []
      : [`${applied ? "something" : "nothing"} applied, and the plan id`]),
    ...(second.requests.write === 0 || mayWrite ? [] : [`a second ensure wrote ${second.requests.write} times`]),
  ];
}

const APPROVABLE: Impact[] = ["safe", "disruptive", "lossy", "one-way"];

/** What ensure did is what the plan said, and what was approved is done. */
function asPlanned({ resource, plan, ensured, approving }: Tried): string[] {
  if (isRefused(ensured)) return [];
  const applied = fieldsOf(ensured, "applied");
  const promised = fieldsOf(plan, "toApply");
  if (!approving || resource.policy.manage === "observe") {
    return isDeepStrictEqual(applied, promised) ? [] : [`planned ${promised}, applied ${applied}`];
  }
  const approved = plan.differences.filter(({ impact }) => APPROVABLE.includes(impact));
  // Beside what is held, the server may not take one that it takes by itself: the report then says so.
  const open = ensured.differences.filter(
    ({ field, outcome, impact }) =>
      outcome === "held" && APPROVABLE.includes(impact) && approved.some((each) => each.field === field),
  );
  // What a held difference would have brought along is not in the plan; it must not be lossy.
  const surprising = ensured.differences.filter(
    ({ field, outcome, forecast }) =>
      outcome === "applied" && forecast?.messages && !plan.differences.some((each) => each.field === field),
  );
  return [
    ...open.map(({ field }) => `${field} was approved, and is held`),
    ...surprising.map(({ field }) => `${field} is lossy and applied, and was not in the plan`),
  ];
}

/** Ensure then plan is empty but for what is held. */
function emptyAfterwards({ ensured, next, approving }: Tried): string[] {
  if (isRefused(ensured) || hasLost(ensured)) return [];
  const [held, left] = [fieldsOf(ensured, "held"), next.differences.map(({ field }) => field)];
  const open = fieldsOf(next, "toApply");
  const asHeld = approving ? held.every((field) => left.includes(field)) : isDeepStrictEqual(held, left);
  return asHeld && open.length === 0 ? [] : [`held ${held}, then left ${left}, of that to apply ${open}`];
}

/** What nobody declared, and no difference names, is as it was. */
function undeclaredIsKept({ resource, ensured, was, is }: Tried): string[] {
  const applied = new Set(fieldsOf(ensured, "applied").map((field) => wireName(resource.kind, field)));
  // One thing, said in the singular or in the plural.
  if (applied.has("filter_subjects")) applied.add("filter_subject");
  const [old, now] = [withOneFilter(was.config), withOneFilter(is.config)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => !applied.has(name) && !alike(name, old[name], now[name]))
    .map((name) => `${name} was ${JSON.stringify(old[name])} and is ${JSON.stringify(now[name])}`);
}

function withOneFilter({ filter_subject: one, filter_subjects: many, ...rest }: RawAnswer): RawAnswer {
  if (many?.length > 1) return { ...rest, filter_subjects: many };
  return { ...rest, filter_subject: many?.[0] ?? one };
}

/** What the plan said would go, of what was applied. */
function lossOf({ live }: Pair, { resource, plan, ensured, approving }: Tried): { mayLose: number; exactly: boolean } {
  const applied = fieldsOf(ensured, "applied");
  const lossy = plan.differences.flatMap(({ field, forecast }) =>
    forecast && applied.includes(field) ? [forecast] : [],
  );
  const unknown = lossy.some(({ certainty }) => certainty === "unknown");
  const mayLose = unknown ? Number.POSITIVE_INFINITY : lossy.reduce((sum, { messages }) => sum + messages, 0);
  // Markers take the place of what has gone, and count as messages.
  const leavesMarkers = "subject_delete_marker_ttl" in { ...live.stream, ...resource.enforced };
  const isAlone = lossy.length === 1 && !approving && !leavesMarkers;
  return { mayLose, exactly: isAlone && lossy[0]?.certainty === "exact" };
}

function find(result: Result, { id }: Pair): ReportedResource {
  const found = result.resources.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not in the report: ${result.error?.message}`);
  return found;
}

function story(pair: Pair, { plan, ensured, was, approving }: Tried): string {
  const rows = ({ differences }: ReportedResource) => differences.map((each) => `    ${JSON.stringify(each)}`);
  return [
    `  live ${JSON.stringify(pair.live)}, ${was.messages} messages stored`,
    `  declared ${JSON.stringify(pair.declared)}`,
    "  plan",
    ...rows(plan),
    approving ? "  ensure, approving it" : "  ensure",
    ...rows(ensured),
  ].join("\n");
}
