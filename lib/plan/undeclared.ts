import type { DecisionInput } from "./decision-input.ts";
import { same } from "./fields/canonical.ts";
import { canonicalConfig, type Fields, type Table } from "./fields/tables.ts";

/** A live value that differs from the server's default, in a field that the topology leaves open. */
export interface Undeclared {
  /** The field's name on the wire. */
  field: string;
  live: unknown;
  /** Why an exact resource keeps it. */
  reason?: string;
}

const POSSIBLE_LIMIT = "it may be the limit in the server's own configuration, which no request shows";

/**
 * Finds the live values that differ from the server's defaults, in fields that the topology leaves open.
 *
 * @param now the live config, canonical
 */
export function undeclaredFields(table: Table, question: DecisionInput, now: Fields): Undeclared[] {
  const { enforced, createDefaults, live, server, policy, defaults = {}, possibleLimits = [] } = question;
  const usual = canonicalConfig(table, { name: live.name, ...enforced }, server);
  const hasNoCreateDefaults = Object.keys(createDefaults).length === 0;
  const created = hasNoCreateDefaults
    ? usual
    : canonicalConfig(table, { name: live.name, ...createDefaults, ...enforced }, server);
  const undeclared: Undeclared[] = [];
  for (const [field, row] of table.rows) {
    if (row.identity) continue;
    if (field in enforced) {
      if (row.merge) undeclared.push(...extraKeys(field, now[field], enforced[field]));
      continue;
    }
    if (row.mayBeServerSet?.(now[field], now)) continue;
    if (same(usual[field], now[field]) || same(created[field], now[field])) continue;
    if (same(row.canonical(undefined, live, server), now[field])) continue;
    if (field in defaults && same(row.canonical(defaults[field], live, server), now[field])) continue;
    // If a field has parts that nobody declares, only its canonical value is without them.
    const value = row.merge ? now[field] : (live[field] ?? now[field]);
    const reason = policy.exact && possibleLimits.includes(field) ? { reason: POSSIBLE_LIMIT } : {};
    undeclared.push({ field, live: value, ...reason });
  }
  return undeclared;
}

/** The keys that the live map has and the declared map has not. */
function extraKeys(field: string, live: unknown, declared: unknown): Undeclared[] {
  const own = declared as Record<string, unknown>;
  const more = Object.entries(live as Record<string, unknown>).filter(([key]) => !(key in own));
  return more.length === 0 ? [] : [{ field, live: Object.fromEntries(more) }];
}
