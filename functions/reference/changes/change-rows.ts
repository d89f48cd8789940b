import { isAtLeast } from "../../../lib/jetstream/server.ts";
import type { Decision } from "../../../lib/plan/decide.ts";
import { CONSUMER_TABLE, STREAM_TABLE } from "../../../lib/plan/fields/tables.ts";
import type { Impact } from "../../../lib/report/result.ts";
import { declaredName } from "../../../lib/topology/fields/names.ts";
import { shownValue } from "../../../lib/topology/fields/shown.ts";
import type { Policy } from "../../../lib/topology/resolve/resolved.ts";
import { decideChange } from "./decide-change.ts";
import { directionOf } from "./direction.ts";
import { byRelease, RELEASES, type ReleaseRange } from "./releases.ts";
import { CONSUMER_SITUATIONS, type Situation, STREAM_SITUATIONS } from "./situations.ts";
import { CONSUMER_VALUES, STREAM_VALUES } from "./values.ts";

export type Kind = "stream" | "consumer";

/** Changes of a field in one direction, on some servers, that mean the same. */
export interface ChangeRow {
  /** What is stored or set beside the field; absent where the row is about the most usual resource. */
  situation?: string;
  direction: string;
  /** One such change, in the topology's units. */
  example: { from: unknown; to: unknown };
  releases: Releases[];
  impact: Impact;
  /** Why, without the evidence that a plan adds. */
  reason: string;
  /** The impact is `safe` where nothing uses what the change stops. */
  safeUnused: boolean;
  /** Fields that the server changes with it. */
  brings: string[];
}

type Releases = Pick<ReleaseRange<unknown>, "from" | "to">;

/** Every change is wanted, so that each row speaks for itself and none is held because of another. */
const OPEN: Policy = { manage: "ensure", exact: false, allowLoss: true, allowDisruption: true, allowOneWay: true };

const TABLES = { stream: STREAM_TABLE, consumer: CONSUMER_TABLE };
const VALUES: Record<Kind, Record<string, unknown[]>> = { stream: STREAM_VALUES, consumer: CONSUMER_VALUES };
const SITUATIONS = { stream: STREAM_SITUATIONS, consumer: CONSUMER_SITUATIONS };

/** All that the row of a field says about a change of its value, by what is stored and by the server's release. */
export function changeRows(kind: Kind, field: string): ChangeRow[] {
  const told = SITUATIONS[kind].filter(({ unread }) => !unread);
  const bySituation = new Map(told.map((situation) => [situation, rowsIn(kind, field, situation)]));
  const [usual] = told;
  const rows = told.flatMap((situation) => {
    const own = bySituation.get(situation) ?? [];
    if (situation === usual) return own;
    const known = new Set(
      basesOf(situation, usual)
        .flatMap((base) => bySituation.get(base) ?? [])
        .map(keyOf),
    );
    return own.filter((row) => !known.has(keyOf(row))).map((row) => ({ situation: situation.title, ...row }));
  });
  return inOne(withoutUnused(rows));
}

/** The situations that one is compared with: those that it varies, and the most usual one. */
function basesOf({ like }: Situation, usual: Situation | undefined): Situation[] {
  return like ? [like, ...basesOf(like, usual)] : usual ? [usual] : [];
}

const UNUSED = "; nothing uses that now";

/** That a disruptive change is safe where nothing is used is said in its own row. */
function withoutUnused(rows: ChangeRow[]): ChangeRow[] {
  const isUnused = ({ impact, reason }: ChangeRow) => impact === "safe" && reason.endsWith(UNUSED);
  const disruptive = rows.filter(({ impact }) => impact === "disruptive");
  const isSame = (a: ChangeRow, b: ChangeRow) =>
    a.direction === b.direction && normal(a.reason.replace(UNUSED, "")) === normal(b.reason.replace(UNUSED, ""));
  const unused = rows.filter((row) => isUnused(row) && disruptive.some((other) => isSame(row, other)));
  return rows
    .filter((row) => !unused.includes(row))
    .map((row) => ({
      ...row,
      safeUnused: row.impact === "disruptive" && unused.some((other) => isSame(row, other)),
    }));
}

/** Rows that differ in nothing but the situation, in one. */
function inOne(rows: ChangeRow[]): ChangeRow[] {
  const groups = Map.groupBy(rows, (row) => (row.situation === undefined ? row : keyOf(row)));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    return others.length === 0
      ? first
      : { ...first, situation: [first, ...others].map(({ situation }) => situation).join("; ") };
  });
}

function rowsIn(kind: Kind, field: string, situation: Situation): ChangeRow[] {
  const values = VALUES[kind][field] ?? [];
  const rows = new Map<string, ChangeRow>();
  for (const from of values) {
    for (const to of values) {
      if (from === to) continue;
      for (const row of rowsOfChange(kind, { field, from, to }, situation)) {
        if (!rows.has(keyOf(row))) rows.set(keyOf(row), row);
      }
    }
  }
  return [...rows.values()];
}

function rowsOfChange(
  kind: Kind,
  change: { field: string; from: unknown; to: unknown },
  situation: Situation,
): ChangeRow[] {
  const { field } = change;
  const since = TABLES[kind].fields[field]?.since;
  const ranges = byRelease(
    (version) =>
      since === undefined || isAtLeast({ version }, since)
        ? decideChange(TABLES[kind], { kind, ...change, version }, situation, OPEN).differences
        : [],
    textOf,
  );
  return [...Map.groupBy(ranges, ({ text }) => text).values()].flatMap((same) => {
    const said = same[0]?.said ?? [];
    const difference = said.find((each) => each.field === field);
    if (!difference) return [];
    const { impact, reason = "" } = difference.verdict;
    return {
      direction: directionOf(kind, field, difference.live, difference.declared),
      example: {
        from: shownValue(kind, field, difference.live),
        to: shownValue(kind, field, difference.declared),
      },
      releases: same.map(({ from, to }) => ({ from, to })),
      impact,
      // `what: the evidence`, as usage.ts puts it.
      reason: impact === "disruptive" ? reason.replace(/: .*/, "") : reason,
      safeUnused: false,
      brings: said.filter((each) => each !== difference).map((each) => declaredName(kind, each.field)),
    };
  });
}

function textOf(differences: Decision["differences"]): string {
  return differences.map(({ field, verdict: { impact, reason } }) => `${field} ${impact} ${reason}`).join("; ");
}

/** Two changes mean the same where no more than a number, a name or a subject differs in what is said of them. */
function keyOf({ direction, releases, impact, reason }: ChangeRow): string {
  return JSON.stringify([direction, releases, impact, normal(reason)]);
}

function normal(reason: string): string {
  return reason.replaceAll(/\b(\d+|[A-Za-z])\b/g, "#").replaceAll(/#(, #)+/g, "#");
}

/** `all`, `2.10.6 and newer`, `before 2.10.6`, `from 2.11.2 to before 2.12.5`: of the servers that know the field. */
export function releasesText(ranges: Releases[], since: string | undefined): string {
  const known = RELEASES.filter((version) => since === undefined || isAtLeast({ version }, since));
  const text = ({ from, to }: Releases) => {
    const isFirst = from === known[0] || from === RELEASES[0];
    const next = RELEASES[RELEASES.indexOf(to) + 1];
    if (next === undefined) return isFirst ? "all" : `${shortVersion(from)} and newer`;
    return isFirst ? `before ${shortVersion(next)}` : `from ${shortVersion(from)} to before ${shortVersion(next)}`;
  };
  return ranges.map(text).join("; ");
}

/** The ranges in the order of the releases, each joined with the one that follows it without a gap. */
export function neighboursJoined(ranges: Releases[]): Releases[] {
  const at = (version: string) => RELEASES.indexOf(version);
  const joined: Releases[] = [];
  for (const range of ranges.toSorted((a, b) => at(a.from) - at(b.from))) {
    const last = joined.at(-1);
    if (!last || at(range.from) > at(last.to) + 1) joined.push({ ...range });
    else if (at(range.to) > at(last.to)) last.to = range.to;
  }
  return joined;
}

/** `2.10` for 2.10.0. */
export function shortVersion(version: string): string {
  return version.replace(/\.0$/, "");
}
