import { declaredName } from "../../lib/topology/fields/names.ts";
import type { Case } from "./case.ts";
import { declaredValue, filled, subjectOf } from "./declare.ts";
import type { Judgement } from "./judge.ts";

/** One case on one server: what its test gives to the printed table. */
export interface Cell {
  section: string;
  field: string;
  change: string;
  version: string;
  text: string;
  impact: string;
  /** Where the server did otherwise than the table says. */
  problems: string[];
}

declare module "vitest" {
  interface TaskMeta {
    matrix?: Cell;
  }
}

const SECTIONS = {
  stream: "streams",
  kv: "KV buckets",
  object: "object stores",
  consumer: "consumers",
} as const;

export function cellOf(each: Case, version: string, { text, impact, problems }: Judgement): Cell {
  return {
    section: each.clustered ? `${SECTIONS[each.kind]} in a cluster` : SECTIONS[each.kind],
    field: declaredName(each.kind, each.field),
    change: changeOf(each),
    version,
    text,
    impact,
    problems,
  };
}

/** What differs, on the wire, as short as it can be told apart. */
export function changeOf(each: Case): string {
  const { field, live, afterwards = [] } = each;
  const from = filled(Object.assign({}, live, ...afterwards)[field], NAME);
  const beside = each.about ?? besideOf(each);
  return `${brief(from)} → ${brief(declaredValue(subjectOf(each, NAME)))}${beside ? ` (${beside})` : ""}`;
}

/** What else of a bucket is as no other case of its field has it. */
function besideOf({ kind, field, live }: Case): string {
  return kind === "kv" && field !== "discard" && live.discard === "old" ? "discard old" : "";
}

/** In the place of the resource's name. */
const NAME = "S";

const LARGE = 1_000_000_000;

function brief(value: unknown): string {
  if (value === undefined) return "–";
  if (value === "") return '""';
  if (typeof value === "number" && value >= LARGE) return `${value / LARGE}s`;
  if (typeof value === "string") return value;
  return JSON.stringify(value)
    .replaceAll('"', "")
    .replace(/\d{10,}/g, (nanoseconds) => `${Number(nanoseconds) / LARGE}s`);
}
