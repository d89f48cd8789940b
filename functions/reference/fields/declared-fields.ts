import {
  CONSUMER_TABLE,
  canonicalConfig,
  type Fields,
  STREAM_TABLE,
  type Table,
} from "../../../lib/plan/fields/tables.ts";
import { consumerUnits, streamUnits, type Unit } from "../../../lib/topology/fields/fields.ts";
import { wireName } from "../../../lib/topology/fields/names.ts";
import { shownValue } from "../../../lib/topology/fields/shown.ts";
import { resolveTopology, type Topology } from "../../../lib/topology/index.ts";
import type { ResolvedResource, ResourceKind } from "../../../lib/topology/resolve/resolved.ts";
import { topologyJsonSchema } from "../../../lib/topology/schema/json-schema.ts";
import { policyShape } from "../../../lib/topology/schema/policy.ts";
import { durationPattern } from "../../../lib/topology/units/durations.ts";
import { listed } from "../markdown.ts";

/** What a part of the JSON Schema says. */
export interface SchemaNode {
  type?: string;
  description?: string;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  enum?: unknown[];
  const?: unknown;
  anyOf?: SchemaNode[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  additionalProperties?: SchemaNode | boolean;
}

export const SCHEMA = topologyJsonSchema() as SchemaNode;

/** Where each kind of resource is declared in a topology. */
export const LISTS = {
  stream: "streams",
  kv: "kvBuckets",
  object: "objectStores",
  consumer: "consumers",
} as const satisfies Record<ResourceKind, keyof Topology>;

/** One field as it is declared. */
export interface DeclaredField {
  /** The topology's own name. */
  name: string;
  /** The name on the wire. */
  wire: string;
  node: SchemaNode;
  /** What kind of value it takes, in words. */
  value: string;
  /** The value that a resource has where the field is left out, in words. */
  byDefault: string;
}

/** The fields of the server's config that a kind declares, in the order of the server's own. */
export function declaredFields(kind: ResourceKind): DeclaredField[] {
  const properties = SCHEMA.properties?.[LISTS[kind]]?.items?.properties ?? {};
  const units: Readonly<Record<string, Unit>> = kind === "consumer" ? consumerUnits : streamUnits;
  const defaults = defaultsOf(kind);
  const fields = Object.entries(properties).flatMap(([name, node]) => {
    const wire = wireName(kind, name);
    const unit = units[wire];
    if (unit === undefined || name in policyShape) return [];
    return { name, wire, node, value: valueText(node, unit), byDefault: defaultText(kind, wire, defaults[wire]) };
  });
  const order = Object.keys(tableOf(kind).fields);
  return fields.sort((a, b) => order.indexOf(a.wire) - order.indexOf(b.wire));
}

/** Fields of the server's config that a topology does not declare: by their names on the wire. */
export function undeclaredFields(kind: ResourceKind): { wire: string; value: unknown }[] {
  const declared = new Set(declaredFields(kind).map(({ wire }) => wire));
  const { enforced } = emptyResource(kind);
  return Object.keys(tableOf(kind).fields)
    .filter((wire) => !declared.has(wire))
    .map((wire) => ({ wire, value: (enforced as Fields)[wire] }));
}

/** Fields of every kind that say what a run may do to the resource. */
export function policyFields(): { name: string; node: SchemaNode; value: string }[] {
  const properties = SCHEMA.properties?.streams?.items?.properties ?? {};
  return Object.keys(policyShape).map((name) => {
    const node = properties[name] ?? {};
    return { name, node, value: valueText(node) };
  });
}

export function tableOf(kind: ResourceKind): Table {
  return kind === "consumer" ? CONSUMER_TABLE : STREAM_TABLE;
}

const NEWEST = { version: "99.0.0", apiLevel: 99, cluster: null };

/** What a resource is created with that declares nothing but its name, as the newest server shows it. */
function defaultsOf(kind: ResourceKind): Fields {
  const { createDefaults, enforced } = emptyResource(kind);
  return canonicalConfig(tableOf(kind), { ...createDefaults, ...enforced }, NEWEST);
}

function emptyResource(kind: ResourceKind): ResolvedResource {
  const named = { name: "NAME" };
  const declared = kind === "consumer" ? { ...named, stream: "S" } : named;
  const [resource] = resolveTopology({ name: "reference", [LISTS[kind]]: [declared] }).resources;
  if (!resource) throw new Error("a topology of one resource has one resource");
  return resource;
}

function defaultText(kind: ResourceKind, wire: string, value: unknown): string {
  if (wire === "name") return "";
  if (wire === "subjects") return "its name";
  const shown = shownValue(kind, wire, value);
  const isEmpty = typeof shown === "object" && (shown === null || Object.keys(shown).length === 0);
  return shown === "" || isEmpty ? "none" : `\`${typeof shown === "string" ? shown : JSON.stringify(shown)}\``;
}

const UNITS: Record<string, string> = {
  duration: "a duration, such as `2m`",
  age: "a duration, such as `90d`, or `unlimited`",
  size: "a size, such as `512MiB`, or `unlimited`",
  requestSize: "a size, such as `512MiB`, or `unlimited`",
  count: "a whole number, or `unlimited`",
};

/** What kind of value a field takes, in words. */
export function valueText(node: SchemaNode, unit?: Unit): string {
  if (typeof unit === "string" && unit in UNITS && node.type !== "integer") return UNITS[unit] ?? "";
  if (unit !== undefined && typeof unit === "object" && "each" in unit && typeof unit.each === "string") {
    return "a list of durations";
  }
  if (node.enum) return listed(node.enum.map((value) => `\`${value}\``)).replace(/ and (?=`[^`]*`$)/, " or ");
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.anyOf) return node.anyOf.map((each) => valueText(each)).join(", or ");
  switch (node.type) {
    case "boolean":
      return "`true` or `false`";
    case "integer":
    case "number":
      return numberText(node);
    case "array":
      return node.items?.type === "string" ? "a list of texts" : "a list of objects";
    case "object":
      return node.properties ? "an object" : "texts by name";
    case "string":
      if (node.pattern === durationPattern) return "a duration, such as `2m`";
      return node.format === "date-time" ? "an instant (RFC 3339)" : "text";
    default:
      return "";
  }
}

function numberText({ minimum, maximum }: SchemaNode): string {
  // JSON's own bounds are none of the field's.
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  if (from === undefined && to === undefined) return "a whole number";
  return to === undefined ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`;
}
