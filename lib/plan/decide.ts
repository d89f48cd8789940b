import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import { PERMISSION_OF } from "../report/approval.ts";
import { declaredName } from "../topology/fields/names.ts";
import { ownerOf } from "../topology/owner.ts";
import type { Policy } from "../topology/resolve/resolved.ts";
import type { DecisionInput } from "./decision-input.ts";
import { same } from "./fields/canonical.ts";
import { type Change, immutable, SAFE, type Verdict } from "./fields/field.ts";
import { canonicalConfig, type Fields, overlaid, type Table } from "./fields/tables.ts";
import { adoption, otherOwner, ownerAfter, withOwner } from "./ownership.ts";
import { type Undeclared, undeclaredFields } from "./undeclared.ts";

export interface Difference {
  /** The field's name on the wire. */
  field: string;
  live: unknown;
  declared: unknown;
  verdict: Verdict;
  held: boolean;
  /** An approval of the plan would not apply the difference either. The reason says why. */
  blocked?: true;
  /** Only the owner in the metadata differs. */
  adopts?: true;
}

export interface Decision {
  differences: Difference[];
  /** Live values that differ from the server's defaults, in fields that the topology leaves open. */
  undeclared: Undeclared[];
  /**
   * The config that a write would leave, as the server will show it. It equals the live config if there is nothing to
   * do.
   */
  target: Fields;
  /** The other topology that the resource belongs to. The run then writes nothing of the resource. */
  owner?: string;
  /** The config to send; absent if there is nothing to do. */
  update?: Fields;
}

/**
 * Decides about one resource that exists.
 *
 * 1. Want: lay the enforced fields over the live config (over the defaults for an exact resource), and add the fields
 *    that these imply or need.
 * 2. Differ: find every field whose canonical value in the wanted config is not the one in the live config.
 * 3. Judge each difference by its row and by the whole wanted config: whether a lowered limit evicts messages depends
 *    on the discard policy that the same update would leave.
 * 4. Hold what the policy does not allow, and want it no more. If the wanted config still changes a held field, another
 *    field implies that change. Hold that other field too.
 * 5. Repeat from 1 while a round holds anything new. Each round wants less, so the rounds end.
 */
export function decide(table: Table, input: DecisionInput): Decision {
  // The live config as the server sees it, with the implied fields written out. They stay when the field that implied
  // them goes.
  const question = { ...input, live: table.implied(input.live) };
  const { live, server } = question;
  const now = canonicalConfig(table, live, server);
  const held = new Map<string, Difference>();
  for (const [field, reason] of question.withheld ?? []) held.set(field, withheld(field, reason));

  for (;;) {
    const wanted = wantedConfig(table, question, held);
    const target = canonicalConfig(table, wanted, server);
    const differing = table.rows.flatMap(([field]) => (same(now[field], target[field]) ? NONE : field));
    const judged = differing.map((field) => judge(table, question, field, { wanted, now, target }));

    const implied = judged.filter(({ field }) => held.has(field));
    const newlyHeld =
      implied.length > 0 ? causesOf(table, question, { held, judged, now }) : judged.filter(({ held }) => held);
    if (newlyHeld.length === 0) {
      // Nothing that is still wanted changes a held field, so held fields keep their live values.
      return buildDecision(table, question, {
        now,
        target,
        wanted,
        judged: judged.filter(({ field }) => !held.has(field)),
        held,
      });
    }
    for (const difference of newlyHeld) held.set(difference.field, { ...difference, held: true });
  }
}

/** Shared empty array: avoids an allocation per equal field. */
const NONE: readonly string[] = [];

/** The config to create a resource with. `missing` are the fields that this server does not accept in a create. */
export function createConfig(
  table: Table,
  question: Omit<DecisionInput, "live">,
): { config: Fields; missing: Difference[] } {
  const wanted = table.worded(overlaid(table, question.createDefaults, question.enforced), question.server);
  const none = canonicalConfig(table, { name: wanted.name }, question.server);
  const all = canonicalConfig(table, wanted, question.server);
  const missing = Object.keys(wanted)
    .filter((field) => !same(all[field], none[field]))
    .flatMap((field) => {
      const verdict = verdictAtCreate(table, field, wanted[field], question);
      return verdict ? [{ field, live: undefined, declared: wanted[field], verdict, held: true }] : [];
    });
  const unknown = new Set(missing.map(({ field }) => field));
  // A server that does not know a field needs no default for it.
  const config = Object.fromEntries(
    Object.entries(wanted).filter(([field]) => !unknown.has(field) && isKnown(table, field, question.server)),
  );
  return { config: withOwner(config, ownerAfter({}, question.ownership, question.server)), missing };
}

/** The verdict that keeps a field out of a create; `undefined` if the field can be part of it. */
function verdictAtCreate(table: Table, field: string, value: unknown, question: { server: ServerFacts }) {
  const tooOld = unsupportedReason(table, field, value, question);
  if (tooOld !== undefined) return { impact: "unsupported", reason: tooOld } as const;
  return table.fields[field]?.updateOnly;
}

function wantedConfig(table: Table, question: DecisionInput, held: ReadonlyMap<string, Difference>): Fields {
  const { live, policy, createDefaults } = question;
  const enforced = Object.fromEntries(Object.entries(question.enforced).filter(([field]) => !held.has(field)));
  const kept = Object.fromEntries(keptFields(table, enforced, held).map((field) => [field, live[field]]));
  // Clients set these fields when they create a resource. Neither such a value nor its absence is drift.
  const createdWith = Object.fromEntries(Object.keys(createDefaults).map((field) => [field, live[field]]));
  const base = policy.exact
    ? { name: live.name, ...question.defaults, ...createdWith, ...serverSetFields(table, question), ...kept }
    : live;
  return table.fitted(table.implied(overlaid(table, base, enforced)), enforced);
}

/**
 * Held fields, and the fields that would take their place: a consumer whose `filter_subjects` are held keeps its live
 * `filter_subject`, or it would get every message.
 */
function keptFields({ exclusive }: Table, enforced: Fields, held: ReadonlyMap<string, Difference>): string[] {
  const partners = exclusive.filter((pair) => pair.some((field) => held.has(field))).flat();
  return [...held.keys(), ...partners.filter((field) => !(field in enforced))];
}

/** Live values that are not drift of an exact resource: nobody asked for them, or no write may change them. */
function serverSetFields(table: Table, { live, enforced, server, possibleLimits = [] }: DecisionInput): Fields {
  const now = canonicalConfig(table, live, server);
  const declared = canonicalConfig(table, { name: live.name, ...enforced }, server);
  const kept = table.rows.filter(
    ([field, row]) => row.keepsLive || row.mayBeServerSet?.(now[field], declared) || possibleLimits.includes(field),
  );
  return Object.fromEntries(kept.map(([field]) => [field, live[field]]));
}

interface Views {
  wanted: Fields;
  now: Fields;
  target: Fields;
}

function judge(table: Table, question: DecisionInput, field: string, { wanted, now, target }: Views): Difference {
  const { policy, server, stored, live, ownership } = question;
  const difference = { field, live: now[field], declared: target[field] };
  const tooOld = unsupportedReason(table, field, wanted[field], question);
  if (tooOld !== undefined) return { ...difference, verdict: { impact: "unsupported", reason: tooOld }, held: true };
  const { consumer, heirOf, heirsOfParts, moves } = question;
  const change: Change<Fields> = {
    ...{ from: now[field], to: target[field], live: now, target },
    ...{ server, stored, consumer, heirOf, heirsOfParts, moves },
    now: question.now ?? stored?.now ?? 0,
  };
  const verdict = refusedCombination(table, field, target, server) ?? impactOf(table, field, change);
  if (policy.manage === "observe") {
    return { ...difference, verdict: { reason: "this resource is only observed", ...verdict }, held: true };
  }
  if (otherOwner(live, ownership) !== undefined) return { ...difference, verdict, held: true };
  return { ...difference, verdict, held: !isAllowed(verdict, declaredName(question.kind, field), policy) };
}

/** The verdict about a value that the server refuses beside another value of the same config. */
function refusedCombination({ combinations }: Table, field: string, target: Fields, server: ServerFacts) {
  for (const { fields, refusal } of combinations) {
    const reason = fields.includes(field) ? refusal(target, server) : undefined;
    if (reason !== undefined) return immutable(reason);
  }
  return undefined;
}

function impactOf(table: Table, field: string, change: Change<Fields>): Verdict {
  return table.fields[field]?.impact(change) ?? SAFE;
}

/** Whether the policy allows a change. A lossy change that would now discard exactly nothing counts as safe. */
function isAllowed({ impact, forecast }: Verdict, field: string, policy: Policy): boolean {
  if (impact === "safe") return true;
  if (impact === "lossy" && forecast?.certainty === "exact" && forecast.messages === 0) return true;
  const permission = PERMISSION_OF[impact];
  const rule = permission !== undefined && policy[permission];
  return Array.isArray(rule) ? rule.includes(field) : rule;
}

/** The differences that are still wanted and that make the server change a held field. */
function causesOf(
  table: Table,
  { kind, enforced, live, server, policy }: DecisionInput,
  { held, judged, now }: { held: ReadonlyMap<string, Difference>; judged: Difference[]; now: Fields },
): Difference[] {
  const stillWanted = judged.filter(({ field }) => !held.has(field));
  const causes = stillWanted.flatMap((difference) => {
    const alone = { [difference.field]: enforced[difference.field] };
    const question = { kind, enforced: alone, createDefaults: {}, live, server, policy: { ...policy, exact: false } };
    const target = canonicalConfig(table, wantedConfig(table, question, new Map()), server);
    const forced = [...held.keys()].find((field) => !same(now[field], target[field]));
    if (forced === undefined) return [];
    const reason = `the server would change ${declaredName(kind, forced)} with it, which is held`;
    return [{ ...difference, verdict: { impact: held.get(forced)?.verdict.impact ?? "safe", reason } }];
  });
  // If no single field is the cause, none of them is written.
  return causes.length > 0 ? causes : stillWanted;
}

function buildDecision(
  table: Table,
  question: DecisionInput,
  state: Views & { judged: Difference[]; held: ReadonlyMap<string, Difference> },
): Decision {
  const { judged, held, target, wanted, now } = state;
  const order = Object.keys(table.fields);
  const adopted = adoptionOf(question, [...judged, ...held.values()], { now, target });
  const owner = otherOwner(question.live, question.ownership);
  const found = [...judged, ...held.values(), ...adopted];
  const overruled = overruledDifferences(table, question.enforced, question)
    .filter(({ field }) => !found.some((other) => other.field === field))
    .map((difference) => safeIfGiven(question, difference));
  const given = overruled.filter(({ field, held }) => !held && !question.withheld?.has(field));
  const differences = [...found, ...overruled].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return {
    differences: differences.filter(({ field }) => !question.withheld?.has(field)),
    undeclared: undeclaredFields(table, question, state.now).filter(({ field }) => {
      // An exact resource keeps no undeclared value: such a value is a difference, and is reported as one.
      return !question.policy.exact || !differences.some((difference) => difference.field === field);
    }),
    target,
    ...(owner === undefined ? {} : { owner }),
    ...(judged.length + adopted.length + given.length === 0
      ? {}
      : { update: updateOf(table, question, wanted, [...judged, ...given]) }),
  };
}

/**
 * Declared values that the server replaces with its own, whatever a write asks for. The plan reports them, and no run
 * sends them.
 */
export function overruledDifferences(
  table: Table,
  enforced: Fields,
  { live, server }: Pick<DecisionInput, "live" | "server">,
): Difference[] {
  return table.rows.flatMap(([field, row]) => {
    if (row.overruled === undefined || enforced[field] === undefined) return [];
    const reason = row.overruled(live[field], enforced[field], live, server);
    if (reason === undefined) return [];
    const values = { live: live[field] ?? false, declared: enforced[field] };
    return [{ field, ...values, verdict: { impact: "unsupported" as const, reason }, held: true }];
  });
}

/**
 * Turns an overruled difference into a safe one if any write of the resource makes the server set the declared value.
 */
function safeIfGiven(question: DecisionInput, difference: Difference): Difference {
  const { givenByWrite: given = {}, policy, live, ownership } = question;
  if (given[difference.field] !== difference.declared) return difference;
  const held = policy.manage === "observe" || otherOwner(live, ownership) !== undefined;
  return { ...difference, verdict: { impact: "safe", reason: "the server sets it by an update of the stream" }, held };
}

/** The difference of a resource that the run adopts. Otherwise the owner alone is not a difference. */
function adoptionOf(
  question: DecisionInput,
  found: Difference[],
  { now, target }: Omit<Views, "wanted">,
): Difference[] {
  const { live, ownership, policy, server } = question;
  const [from, to] = [ownerOf(live), ownerAfter(live, ownership, server)];
  const wanted = ownership?.adopts && ownership.marks && from !== to && policy.manage === "ensure";
  if (!wanted || otherOwner(live, ownership) !== undefined) return [];
  if (found.some(({ field }) => field === "metadata")) return [];
  const shown = (config: Fields, owner: string | undefined) => withOwner({ metadata: config.metadata }, owner).metadata;
  const values = { live: shown(now, from) ?? {}, declared: shown(target, to) };
  return [{ field: "metadata", ...values, verdict: adoption(live), held: false, adopts: true }];
}

/**
 * STREAM.UPDATE replaces the whole config: a field that is not sent goes back to the server's default. So the update
 * starts from the live config as it was read, and changes only the fields that differ.
 */
function updateOf(table: Table, question: DecisionInput, wanted: Fields, judged: Difference[]): Fields {
  const { live, ownership, server } = question;
  const update: Fields = { ...live };
  for (const { field } of judged) {
    if (wanted[field] === undefined) delete update[field];
    else update[field] = wanted[field];
    for (const pair of table.exclusive) {
      if (pair.includes(field)) for (const other of pair) if (wanted[other] === undefined) delete update[other];
    }
  }
  return withOwner(withoutServerMetadata(table, update), ownerAfter(live, ownership, server));
}

/**
 * Removes the metadata that the server adds by itself. The server would accept it, but it does not belong to the user.
 */
function withoutServerMetadata(table: Table, config: Fields): Fields {
  const { metadata, ...rest } = config;
  const own = table.fields.metadata?.canonical(metadata, config, { version: "", apiLevel: null, cluster: null });
  return own && Object.keys(own).length > 0 ? { ...rest, metadata: own } : rest;
}

function isKnown(table: Table, field: string, server: ServerFacts): boolean {
  const since = table.fields[field]?.since;
  return since === undefined || isAtLeast(server, since);
}

function unsupportedReason(table: Table, field: string, value: unknown, question: { server: ServerFacts }) {
  const row = table.fields[field];
  if (!isKnown(table, field, question.server)) {
    return `server ${question.server.version} does not know it: it needs ${row?.since} or newer`;
  }
  return value === undefined ? undefined : row?.unsupported?.(value, question.server);
}

function withheld(field: string, reason: string): Difference {
  return { field, live: undefined, declared: undefined, verdict: { impact: "safe", reason }, held: true };
}
