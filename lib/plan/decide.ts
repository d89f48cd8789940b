import { isAtLeast, type ServerFacts } from "../jetstream/server.ts";
import { PERMISSION_OF } from "../report/permission.ts";
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
  /** The name on the wire. */
  field: string;
  live: unknown;
  declared: unknown;
  verdict: Verdict;
  held: boolean;
  /** An approval of the plan would not apply it either: the reason says why. */
  blocked?: true;
  /** Nothing but the owner in the metadata differs. */
  adopts?: true;
}

export interface Decision {
  differences: Difference[];
  /** Live values that differ from the server's defaults, of fields that the topology leaves open. */
  undeclared: Undeclared[];
  /** The config that a write would leave, as the server will show it; equal to the live one where nothing is to do. */
  target: Fields;
  /** The other topology that it belongs to: nothing of it is written. */
  owner?: string;
  /** What to send, where anything is to do. */
  update?: Fields;
}

/**
 * Decides about one resource that exists.
 *
 * 1. Want: the live config with the enforced fields laid over it (with `exact`, the defaults with them laid over it),
 *    and the fields that these imply or need.
 * 2. Differ: every field whose canonical value is another one in the wanted config than in the live one.
 * 3. Judge each by its row, in the light of the whole wanted config: whether a lowered limit evicts depends on the
 *    discard policy that the same update would leave.
 * 4. Hold what the policy does not allow, and want it no more. What is still wanted of a held field is implied by
 *    another, which is then held with it.
 * 5. Again from 1 while anything new was held: less is wanted each time, so it ends.
 */
export function decide(table: Table, asked: DecisionInput): Decision {
  // As the server sees it: what it implies is said in full, and stays when what implied it goes.
  const question = { ...asked, live: table.implied(asked.live) };
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
    const unwelcome =
      implied.length > 0 ? causesOf(table, question, { held, judged, now }) : judged.filter(({ held }) => held);
    if (unwelcome.length === 0) {
      // Where no field that is still wanted brings a held one along, it stays as it is in any case.
      return decision(table, question, {
        now,
        target,
        wanted,
        judged: judged.filter(({ field }) => !held.has(field)),
        held,
      });
    }
    for (const difference of unwelcome) held.set(difference.field, { ...difference, held: true });
  }
}

/** One for all that differs in nothing. */
const NONE: readonly string[] = [];

/** The config to create a resource with; `missing` are the fields that this server does not take in a create. */
export function createConfig(
  table: Table,
  question: Omit<DecisionInput, "live">,
): { config: Fields; missing: Difference[] } {
  const asked = table.worded(overlaid(table, question.createDefaults, question.enforced), question.server);
  const none = canonicalConfig(table, { name: asked.name }, question.server);
  const all = canonicalConfig(table, asked, question.server);
  const missing = Object.keys(asked)
    .filter((field) => !same(all[field], none[field]))
    .flatMap((field) => {
      const verdict = verdictAtBirth(table, field, asked[field], question);
      return verdict ? [{ field, live: undefined, declared: asked[field], verdict, held: true }] : [];
    });
  const unknown = new Set(missing.map(({ field }) => field));
  // A default need not be said to a server that does not know the field.
  const config = Object.fromEntries(
    Object.entries(asked).filter(([field]) => !unknown.has(field) && isKnown(table, field, question.server)),
  );
  return { config: withOwner(config, ownerAfter({}, question.ownership, question.server)), missing };
}

/** Why a field cannot be part of a create; `undefined` where it can. */
function verdictAtBirth(table: Table, field: string, value: unknown, question: { server: ServerFacts }) {
  const tooOld = unsupportedReason(table, field, value, question);
  if (tooOld !== undefined) return { impact: "unsupported", reason: tooOld } as const;
  return table.fields[field]?.updateOnly;
}

function wantedConfig(table: Table, question: DecisionInput, held: ReadonlyMap<string, Difference>): Fields {
  const { live, policy, createDefaults } = question;
  const enforced = Object.fromEntries(Object.entries(question.enforced).filter(([field]) => !held.has(field)));
  const kept = Object.fromEntries(keptFields(table, enforced, held).map((field) => [field, live[field]]));
  // What clients set at birth is nobody's drift: neither what they set nor that an older client did not.
  const born = Object.fromEntries(Object.keys(createDefaults).map((field) => [field, live[field]]));
  const base = policy.exact
    ? { name: live.name, ...question.defaults, ...born, ...serverSetFields(table, question), ...kept }
    : live;
  return table.fitted(table.implied(overlaid(table, base, enforced)), enforced);
}

/**
 * Held fields, and those that stand in their place: a consumer whose `filter_subjects` are held keeps its live
 * `filter_subject`, or it would get every message.
 */
function keptFields({ exclusive }: Table, enforced: Fields, held: ReadonlyMap<string, Difference>): string[] {
  const partners = exclusive.filter((pair) => pair.some((field) => held.has(field))).flat();
  return [...held.keys(), ...partners.filter((field) => !(field in enforced))];
}

/** Live values that are no drift of an exact resource: nobody asked for them, or no write may change them. */
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

/** A value that the server refuses beside another one of the same config. */
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

/** A lossy change that would discard exactly nothing now is as good as a safe one. */
function isAllowed({ impact, forecast }: Verdict, field: string, policy: Policy): boolean {
  if (impact === "safe") return true;
  if (impact === "lossy" && forecast?.certainty === "exact" && forecast.messages === 0) return true;
  const permission = PERMISSION_OF[impact];
  const rule = permission !== undefined && policy[permission];
  return Array.isArray(rule) ? rule.includes(field) : rule;
}

/** Of the fields still wanted, those that make the server change a field that is held. */
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
  // Should no single field be the cause, none of them is written.
  return causes.length > 0 ? causes : stillWanted;
}

function decision(
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
    .map((difference) => givenByWrite(question, difference));
  const given = overruled.filter(({ field, held }) => !held && !question.withheld?.has(field));
  const differences = [...found, ...overruled].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return {
    differences: differences.filter(({ field }) => !question.withheld?.has(field)),
    undeclared: undeclaredFields(table, question, state.now).filter(({ field }) => {
      // An exact resource keeps nothing that it does not declare: that is a difference, and told as one.
      return !question.policy.exact || !differences.some((difference) => difference.field === field);
    }),
    target,
    ...(owner === undefined ? {} : { owner }),
    ...(judged.length + adopted.length + given.length === 0
      ? {}
      : { update: updateOf(table, question, wanted, [...judged, ...given]) }),
  };
}

/** Declared values that the server replaces by its own, whatever a write asks for: reported, and never sent for. */
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

/** An overruled field gets its declared value by a write of the resource, where the server gives that value now. */
function givenByWrite(question: DecisionInput, difference: Difference): Difference {
  const { givenByWrite: given = {}, policy, live, ownership } = question;
  if (given[difference.field] !== difference.declared) return difference;
  const held = policy.manage === "observe" || otherOwner(live, ownership) !== undefined;
  return { ...difference, verdict: { impact: "safe", reason: "the server sets it by an update of the stream" }, held };
}

/** The owner is no difference by itself, but where the run adopts what carries no topology's name. */
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
 * STREAM.UPDATE replaces the whole config: what is not sent goes back to the server's default. So it starts from the
 * live config as it was read, and only the fields that change are others.
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

/** The server refuses nothing here, but what it adds by itself is not a user's to send. */
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
