import type { ServerFacts } from "../jetstream/server.ts";
import { decide } from "../plan/decide.ts";
import { same } from "../plan/fields/canonical.ts";
import {
  CONSUMER_TABLE,
  canonicalConfig,
  type Fields,
  overlaid,
  STREAM_TABLE,
  type Table,
} from "../plan/fields/tables.ts";
import { formIssues } from "../topology/check/check.ts";
import { declaredName, wireName } from "../topology/fields/names.ts";
import { shownValue } from "../topology/fields/shown.ts";
import { OWNER_KEY } from "../topology/owner.ts";
import { resolveBucket } from "../topology/resolve/bucket.ts";
import { resolveConsumer } from "../topology/resolve/consumer.ts";
import type { ResolvedResource, ResourceKind } from "../topology/resolve/resolved.ts";
import { resolveStream } from "../topology/resolve/stream.ts";
import type { TopologyIssue } from "../topology/topology-error.ts";
import { topologyIssues } from "../topology/validate.ts";
import { declarableFields, setByClients, topologyList } from "./kinds.ts";

export type Declaration = Record<string, unknown> & { name: string };

/** A live resource as a topology would declare it. */
export interface ExportedResource {
  resource: ResolvedResource;
  declaration: Declaration;
  /** The live values that are not in the declaration, each with the reason. */
  left: { field: string; live: unknown; reason: string }[];
  /** The fields that a client has set to another value than a new resource would get: the name and the live value. */
  open: { field: string; live: unknown }[];
}

/** One live resource, with the server's facts. */
export interface LiveResource {
  kind: ResourceKind;
  /** The fields that identify the resource: `{ name }`, for a consumer `{ stream, name }`. */
  identity: Declaration;
  live: Fields;
  server: ServerFacts;
}

/**
 * Declares a live resource by its fields that are not the default.
 *
 * 1. Take the live value of every field that the kind can declare.
 * 2. Set aside the values that no topology can express.
 * 3. Leave out, one by one, each field that is not needed: without it, the config of a new resource and the comparison
 *    with a live one stay the same.
 * 4. Set aside the fields that a rule refuses. Rules are checked last, because they may refuse a field that is only
 *    implied by another one.
 * 5. Check the result: a plan of the declaration must find no difference from the live config.
 *
 * @returns a sentence with the reason if this kind of resource cannot be declared like the live one
 */
export function declare(resource: LiveResource): ExportedResource | string {
  const all = { ...resource.identity, ...liveFields(resource) };
  const wellFormed = withoutRefused(resource.kind, all, formIssues);
  if (wellFormed.problem !== undefined) return wellFormed.problem;
  const shortest = withoutDefaults(resource, wellFormed.declaration);
  const { declaration, aside, problem } = withoutRefused(resource.kind, shortest, topologyIssues);
  return problem ?? checkAgainstLive(resource, declaration, new Map([...wellFormed.aside, ...aside]));
}

function liveFields({ kind, live }: LiveResource): Record<string, unknown> {
  const fields = declarableFields(kind).filter((field) => !setByClients[kind].includes(field));
  const entries = fields.flatMap((field): [string, unknown][] => {
    const value = field === "metadata" ? ownMetadata(live[field]) : live[field];
    return value === undefined || value === null ? [] : [[declaredName(kind, field), shownValue(kind, field, value)]];
  });
  return Object.fromEntries(entries);
}

/** The metadata without the server's own entries and the owner, which a topology may not declare. */
function ownMetadata(metadata: unknown): unknown {
  const own = Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("_nats.") && key !== OWNER_KEY);
  return own.length === 0 ? undefined : Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Sets aside the fields with issues, until none is left. `problem` is the issue if it is about the name or the resource
 * as a whole.
 */
function withoutRefused(kind: ResourceKind, all: Declaration, issuesOf: (topology: unknown) => TopologyIssue[]) {
  const aside = new Map<string, string>();
  let declaration = all;
  for (;;) {
    const issues = issuesOf({ name: "export", [topologyList[kind]]: [declaration] });
    if (issues.length === 0) return { declaration, aside };
    for (const { path, message } of issues) {
      const field = /^\w+\[0\]\.(\w+)/.exec(path)?.[1] ?? "name";
      if (!(field in declaration) || field === "name" || field === "stream") {
        return { declaration, aside, problem: message };
      }
      aside.set(wireName(kind, field), message);
    }
    const left = Object.entries(declaration).filter(([name]) => !aside.has(wireName(kind, name)));
    declaration = { ...Object.fromEntries(left), name: all.name };
  }
}

function withoutDefaults(resource: LiveResource, declaration: Declaration): Declaration {
  const whole = meaningOf(resource, declaration);
  let kept = declaration;
  for (const field of Object.keys(declaration)) {
    if (field in resource.identity) continue;
    const { [field]: _, ...rest } = kept;
    const shorter: Declaration = { ...rest, name: kept.name };
    if (same(meaningOf(resource, shorter), whole)) kept = shorter;
  }
  return kept;
}

/** What a declaration means: the fields that it enforces on an existing resource, and the config of a new one. */
function meaningOf({ kind, server }: LiveResource, declaration: Declaration): [enforced: Fields, created: Fields] {
  const table = tableOf(kind);
  const { createDefaults, enforced } = resolve(kind, declaration);
  const created = overlaid(table, createDefaults as Fields, enforced as Fields);
  return [canonicalConfig(table, enforced as Fields, server), canonicalConfig(table, created, server)];
}

/** Compares the declaration with the live config, and lists the fields that are not in it. */
function checkAgainstLive(
  liveResource: LiveResource,
  declaration: Declaration,
  aside: ReadonlyMap<string, string>,
): ExportedResource | string {
  const { kind, live, server } = liveResource;
  const table = tableOf(kind);
  const resource = resolve(kind, declaration);
  const { enforced, createDefaults, policy } = resource;
  const fields = { enforced: enforced as Fields, createDefaults: createDefaults as Fields };
  const { differences, undeclared } = decide(table, { kind, ...fields, policy, live, server });
  const shown = (field: string, value: unknown) => JSON.stringify(shownValue(kind, field, value));
  const [first] = differences;
  if (first) {
    const { field, live, declared } = first;
    return `${declaredName(kind, field)} is ${shown(field, live)}, and would be ${shown(field, declared)}.`;
  }
  // Without a vital field, the topology would create another resource. As a stream, a bucket can declare more fields.
  const declarable = kind === "consumer" ? undefined : declarableFields(kind);
  const vital = undeclared.find(
    ({ field }) =>
      table.fields[field]?.requiredAtCreate || field === "subjects" || declarable?.includes(field) === false,
  );
  if (vital) return aside.get(vital.field) ?? `${declaredName(kind, vital.field)} cannot be declared on it.`;
  const clients = setByClients[kind];
  return {
    resource,
    declaration,
    left: undeclared
      .filter(({ field }) => !clients.includes(field))
      .map(({ field, live }) => ({
        field: declaredName(kind, field),
        live: shownValue(kind, field, live),
        reason: aside.get(field) ?? CANNOT[field] ?? "A topology has no word for it.",
      })),
    open: openFields(liveResource, fields),
  };
}

/** Why a topology cannot declare some fields. */
const CANNOT: Record<string, string> = {
  pause_until: "A pause is a request of its own.",
  metadata: 'Names starting with "_nats." belong to the server.',
};

/** The fields set by clients in which the live resource differs from a new one. */
function openFields(
  { kind, live, server }: LiveResource,
  { enforced, createDefaults }: { enforced: Fields; createDefaults: Fields },
) {
  const table = tableOf(kind);
  const created = canonicalConfig(table, overlaid(table, createDefaults, enforced), server);
  const current = canonicalConfig(table, live, server);
  return setByClients[kind]
    .filter((field) => !same(created[field], current[field]))
    .map((field) => ({ field: declaredName(kind, field), live: current[field] }));
}

function tableOf(kind: ResourceKind): Table {
  return kind === "consumer" ? CONSUMER_TABLE : STREAM_TABLE;
}

/** Resolves a declaration. It has no mistakes, because its values come from the wire. */
function resolve(kind: ResourceKind, declaration: Declaration): ResolvedResource {
  switch (kind) {
    case "stream":
      return resolveStream(declaration, false);
    case "consumer":
      return resolveConsumer(declaration as Parameters<typeof resolveConsumer>[0], false);
    default:
      return resolveBucket(kind, declaration, false);
  }
}
