import { type Decision, decide } from "../../../lib/plan/decide.ts";
import type { Fields, Table } from "../../../lib/plan/fields/tables.ts";
import type { Policy } from "../../../lib/topology/resolve/resolved.ts";
import { EMPTY, type Situation } from "./situations.ts";

const NOW = Date.parse("2026-01-31T00:00:00Z");

/** One change of one field of one kind of config, on one server release. `undefined`: the field is not set. */
export interface FieldChange {
  kind: "stream" | "consumer";
  field: string;
  from: unknown;
  to: unknown;
  version: string;
}

/** Asks the field tables what a plan says of a change: every row is asked, for a change may bring others along. */
export function decideChange(
  table: Table,
  { kind, field, from, to, version }: FieldChange,
  { also = {}, state, evidence, retention, cluster, consumer }: Situation,
  policy: Policy,
): Decision {
  const base = kind === "stream" ? { name: "S", subjects: ["a"] } : { name: "C", durable_name: "C", ...NEEDED[field] };
  const removes = isRemoval(field, from, to);
  const stored = { state: state ?? EMPTY, retention: retention ?? "limits", smallestRecord: 31, now: NOW, ...evidence };
  return decide(table, {
    kind,
    live: defined({ ...base, ...also, [field]: from }),
    enforced: defined({
      ...(kind === "stream" || removes ? base : NEEDED[field]),
      ...also,
      [field]: to ?? unset(field, from),
    }),
    createDefaults: {},
    policy: removes ? { ...policy, exact: true } : policy,
    server: { version, apiLevel: null, cluster: cluster ?? null },
    now: NOW,
    ...(consumer ? { consumer: { stream_name: "S", name: "C", config: {}, ...consumer } } : {}),
    ...(kind === "stream" || state ? { stored } : {}),
  });
}

/** What the server takes a field of a consumer only beside. */
const NEEDED: Record<string, Fields> = {
  priority_policy: { priority_groups: ["a"] },
  priority_groups: { priority_policy: "overflow" },
};

/** A topology has no word for an object that shall not be: it is removed where the resource is exact. */
function isRemoval(field: string, from: unknown, to: unknown): boolean {
  return to === undefined && unset(field, from) === undefined;
}

/** What a topology says to unset a value: nothing in the same type. */
function unset(field: string, value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === "number") return 0;
  if (typeof value === "boolean") return false;
  if (typeof value === "string") return field in DEFAULTS ? DEFAULTS[field] : "";
  return undefined;
}

const DEFAULTS: Record<string, string> = {
  discard: "old",
  storage: "file",
  compression: "none",
  persist_mode: "default",
  deliver_policy: "all",
  ack_policy: "none",
  replay_policy: "instant",
  priority_policy: "none",
};

function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
