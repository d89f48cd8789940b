import { resolveTopology } from "../../lib/topology/index.ts";
import type { Policy, ResolvedResource } from "../../lib/topology/resolve/resolved.ts";
import type { Case, Fields } from "./case.ts";

/** A case with its name: what is live, and what is declared. */
export interface Subject {
  case: Case;
  /** As declared. */
  name: string;
  /** The stream on the wire: its own, the bucket's, or the one that the consumer reads. */
  stream: string;
  /** What its messages are stored under. */
  subject: string;
  resource: ResolvedResource;
}

/** The stream that all consumers read. */
export const CONSUMED = "CONSUMED";

const POLICY: Policy = { manage: "ensure", exact: false, allowLoss: false, allowDisruption: false, allowOneWay: false };

export function subjectOf(each: Case, name: string): Subject {
  if (each.kind === "kv" || each.kind === "object") return bucket(each, name);
  const stream = each.kind === "consumer" ? CONSUMED : name;
  const exact = Object.values(each.declared).includes(undefined);
  const identity = each.kind === "consumer" ? { durable_name: name } : streamIdentity(name, each.live);
  // Only what is declared is enforced: what else is live must stay. Where a field is declared not to be, all the rest
  // has to be declared.
  const fields = { ...identity, ...(exact ? filled(each.live, name) : {}), ...filled(each.declared, name) };
  const enforced = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const resource = {
    id: each.kind === "consumer" ? `consumer/${stream}/${name}` : `stream/${name}`,
    kind: each.kind,
    name,
    stream,
    enforced,
    createDefaults: {},
    policy: { ...POLICY, exact },
  } as ResolvedResource;
  return { case: each, name, stream, subject: stream, resource };
}

function bucket(each: Case, name: string): Subject {
  const declared = { name, ...each.declared };
  const topology =
    each.kind === "kv" ? { name: "matrix", kvBuckets: [declared] } : { name: "matrix", objectStores: [declared] };
  const [resource] = resolveTopology(topology).resources;
  if (!resource) throw new Error("a topology of one bucket has one resource");
  const subject = each.kind === "kv" ? `$KV.${name}` : `$O.${name}.C`;
  return { case: each, name, stream: resource.stream, subject, resource };
}

/** What is live, on the wire. */
export function liveConfig({ case: each, name, stream }: Subject): Fields {
  const live = filled(each.live, name);
  if (each.kind === "consumer") return { durable_name: name, name, ...live };
  if (each.kind === "kv") return { name: stream, subjects: [`$KV.${name}.>`], ...live };
  if (each.kind === "object") return { name: stream, subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`], ...live };
  return { ...streamIdentity(name, each.live), ...live };
}

function streamIdentity(name: string, live: Fields): Fields {
  return live.mirror ? { name } : { name, subjects: [`${name}.>`] };
}

/** Names in the place of `{}` and `{stream}`. */
export function filled<Value>(value: Value, name: string): Value {
  if (typeof value === "string") return value.replaceAll("{}", name).replaceAll("{stream}", CONSUMED) as Value;
  if (Array.isArray(value)) return value.map((item) => filled(item, name)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, name)])) as Value;
}

/** What the declared field is on the wire; `undefined`: not set. */
export function declaredValue({ case: each, resource }: Subject): unknown {
  return (resource.enforced as Fields)[each.field];
}
