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
import { declarableFields, listOf, setByClients } from "./kinds.ts";

export type Declaration = Record<string, unknown> & { name: string };

/** A live resource as a topology would declare it. */
export interface Declared {
  resource: ResolvedResource;
  declaration: Declaration;
  /** Live values that no declaration can say, or that this one leaves open, each with the reason. */
  left: { field: string; live: unknown; reason: string }[];
  /** What the client that made it has set, and a new one would have otherwise: the topology's name and the live value. */
  open: { field: string; live: unknown }[];
}

/** One thing that is live. */
export interface Subject {
  kind: ResourceKind;
  /** What says which one it is: `{ name }`, of a consumer `{ stream, name }`. */
  identity: Declaration;
  live: Fields;
  server: ServerFacts;
}

/**
 * Declares a live resource by what is not the default.
 *
 * 1. Take every field that the kind can declare, as it is live.
 * 2. Set aside the values that no topology can say.
 * 3. Leave out, one after the other, what would be so anyway: with the rest alone, a new resource and a live one would
 *    be the same.
 * 4. Set aside what a rule refuses of the rest. Not before: of a field that another one implies, rules may complain.
 * 5. Prove it: a plan of the result differs from the live config in nothing.
 *
 * @returns a sentence where this kind of resource cannot declare it
 */
export function declare(subject: Subject): Declared | string {
  const all = { ...subject.identity, ...liveFields(subject) };
  const sayable = withoutRefused(subject.kind, all, formIssues);
  if (sayable.problem !== undefined) return sayable.problem;
  const shortest = withoutDefaults(subject, sayable.declaration);
  const { declaration, aside, problem } = withoutRefused(subject.kind, shortest, topologyIssues);
  return problem ?? proven(subject, declaration, new Map([...sayable.aside, ...aside]));
}

function liveFields({ kind, live }: Subject): Record<string, unknown> {
  const fields = declarableFields(kind).filter((field) => !setByClients[kind].includes(field));
  const entries = fields.flatMap((field): [string, unknown][] => {
    const value = field === "metadata" ? ownMetadata(live[field]) : live[field];
    return value === undefined || value === null ? [] : [[declaredName(kind, field), shownValue(kind, field, value)]];
  });
  return Object.fromEntries(entries);
}

/** Without what the server adds, and the owner: a topology may not say them. */
function ownMetadata(metadata: unknown): unknown {
  const own = Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith("_nats.") && key !== OWNER_KEY);
  return own.length === 0 ? undefined : Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sets aside, field by field, what is refused; `problem` where that is the name or the thing as a whole. */
function withoutRefused(kind: ResourceKind, all: Declaration, issuesOf: (topology: unknown) => TopologyIssue[]) {
  const aside = new Map<string, string>();
  let declaration = all;
  for (;;) {
    const issues = issuesOf({ name: "export", [listOf[kind]]: [declaration] });
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

function withoutDefaults(subject: Subject, declaration: Declaration): Declaration {
  const whole = meaningOf(subject, declaration);
  let kept = declaration;
  for (const field of Object.keys(declaration)) {
    if (field in subject.identity) continue;
    const { [field]: _, ...rest } = kept;
    const without: Declaration = { ...rest, name: kept.name };
    if (same(meaningOf(subject, without), whole)) kept = without;
  }
  return kept;
}

/** What a declaration is to a resource that exists, and to one that is made anew. */
function meaningOf({ kind, server }: Subject, declaration: Declaration): [existing: Fields, made: Fields] {
  const table = tableOf(kind);
  const { createDefaults, enforced } = resolve(kind, declaration);
  const born = overlaid(table, createDefaults as Fields, enforced as Fields);
  return [canonicalConfig(table, enforced as Fields, server), canonicalConfig(table, born, server)];
}

function proven(subject: Subject, declaration: Declaration, aside: ReadonlyMap<string, string>): Declared | string {
  const { kind, live, server } = subject;
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
  // Without it the topology would, where it is ensured anew, make another thing; as a stream a bucket can say more.
  const sayable = kind === "consumer" ? undefined : declarableFields(kind);
  const vital = undeclared.find(
    ({ field }) => table.fields[field]?.requiredAtCreate || field === "subjects" || sayable?.includes(field) === false,
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
    open: openFields(subject, fields),
  };
}

const CANNOT: Record<string, string> = {
  pause_until: "A pause is a request of its own.",
  metadata: 'Names starting with "_nats." belong to the server.',
};

/** What the live one has otherwise than a new one would. */
function openFields(
  { kind, live, server }: Subject,
  { enforced, createDefaults }: { enforced: Fields; createDefaults: Fields },
) {
  const table = tableOf(kind);
  const born = canonicalConfig(table, overlaid(table, createDefaults, enforced), server);
  const now = canonicalConfig(table, live, server);
  return setByClients[kind]
    .filter((field) => !same(born[field], now[field]))
    .map((field) => ({ field: declaredName(kind, field), live: now[field] }));
}

function tableOf(kind: ResourceKind): Table {
  return kind === "consumer" ? CONSUMER_TABLE : STREAM_TABLE;
}

/** Of a declaration that has no mistakes; its own values came from the wire. */
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
