import type { Field } from "../../../lib/plan/fields/field.ts";
import { type ChangeRow, changeRows, neighboursJoined, releasesText, shortVersion } from "../changes/change-rows.ts";
import { STORED_STATE } from "../changes/situations.ts";
import { commentAbove } from "../declarations/source-comments.ts";
import { code, listed, page, table } from "../markdown.ts";
import {
  type DeclaredField,
  declaredFields,
  type SchemaNode,
  tableOf,
  undeclaredFields,
  valueText,
} from "./declared-fields.ts";
import { measuredCases, measuredStops } from "./measured-cases.ts";

const TITLES = {
  stream: "Stream fields: what happens to your messages when you change one",
  consumer: "Consumer fields: what a change of one does",
};

const OLDEST = "2.9";

/** The page of every field of a stream or a consumer: what it is, and what a change does on which server. */
export function fieldsPage(kind: "stream" | "consumer"): string {
  const fields = declaredFields(kind);
  const changes = new Map(fields.map(({ wire }) => [wire, changeRows(kind, wire)]));
  return page(
    `# ${TITLES[kind]}`,
    HEAD[kind],
    "## What the words mean",
    commentAbove("lib/report/result.ts", "Impact"),
    legend(),
    "## All fields",
    table(
      ["field", "value", "default", "since", "a change can be"],
      fields.map(({ name, wire, value, byDefault }) => [
        `[\`${name}\`](#${name.toLowerCase()})`,
        value,
        byDefault,
        sinceText(kind, wire),
        impactsText(changes.get(wire) ?? []),
      ]),
    ),
    ...fields.map((field) => section(kind, field, changes.get(field.wire) ?? [])),
    notDeclared(kind),
  );
}

const WRITTEN = "<!-- Written by `npm run -s reference` from the tables in lib/plan: edit those. -->";

const HEAD = {
  stream: `${WRITTEN}

Every field of a stream's config, with what a change of it does on each server version. KV buckets and object stores are
streams: the same holds for them ([KV fields](fields-kv.md), [object store fields](fields-object.md)).`,
  consumer: `${WRITTEN}

Every field of a durable consumer's config, with what a change of it does on each server version.`,
};

const legend =
  () => `A plan looks at what is stored and at who uses it, and says the impact of this very change. A lossy change that would
discard exactly nothing is applied without approval. Where a table says "safe where unused", the change stops something
only where a plan finds it in use.

${examplesText()}

\`npm run test:matrix\` makes these changes on real servers of each version, and compares what the server does, before and
after a restart, with the tables here. Each field names its cases. To run those of one field:
\`npx vitest run --project matrix -t 'max_msgs of'\`.`;

function examplesText(): string {
  const { messages, bytes, num_subjects: subjects, consumer_count: consumers } = STORED_STATE;
  return (
    `The stream of the examples holds ${messages} messages of together ${bytes} bytes on ${subjects} subjects, ` +
    `and has ${consumers} consumers. Words in brackets say what else is set or true.`
  );
}

export function sinceText(kind: "stream" | "kv" | "object" | "consumer", wire: string): string {
  return shortVersion(tableOf(kind).fields[wire]?.since ?? OLDEST);
}

function notDeclared(kind: "stream" | "consumer"): string | undefined {
  const rows = undeclaredFields(kind).filter(({ wire }) => !tableOf(kind).fields[wire]?.identity);
  if (rows.length === 0) return undefined;
  const lines = rows.map(({ wire }) => `- \`${wire}\`: ${changeRows(kind, wire)[0]?.reason}`);
  return [
    "## Not declared",
    "",
    "The server has these fields, and a topology does not declare them:",
    "",
    ...lines,
  ].join("\n");
}

/** Every impact that a change of the field can have on some server, the usual one first. */
function impactsText(rows: ChangeRow[]): string {
  const impacts = rows.flatMap(({ impact, safeUnused }) => (safeUnused ? ["safe", impact] : [impact]));
  return ORDER.filter((impact) => impacts.includes(impact)).join(", ");
}

const ORDER = ["safe", "disruptive", "lossy", "one-way", "immutable", "unsupported"];

function section(kind: "stream" | "consumer", { name, wire, node }: DeclaredField, rows: ChangeRow[]): string {
  const row = tableOf(kind).fields[wire];
  return page(
    `## \`${name}\``,
    node.description,
    nestedFields(node),
    row?.identity ? "It is the resource's name: another name is another resource." : undefined,
    olderServers(row),
    row?.updateOnly && `On a new resource: ${row.updateOnly.impact}, ${row.updateOnly.reason}.`,
    rows.length > 0 ? changesTable(kind, wire, rows) : undefined,
    measuredText(kind, wire),
  ).trimEnd();
}

function olderServers(
  row: Pick<Field<unknown, unknown>, "since" | "requiredAtCreate"> | undefined,
): string | undefined {
  if (row?.since === undefined) return undefined;
  return row.requiredAtCreate
    ? "Where the server is older, a resource that declares it is not created."
    : "Where the server is older, the resource is created without it, and the plan says so.";
}

/** The fields of an object, or of each object in a list. */
export function nestedFields(node: SchemaNode): string | undefined {
  const { properties, required = [] } = node.items ?? node;
  if (!properties) return undefined;
  return table(
    ["its field", "value", "what it says"],
    Object.entries(properties).flatMap(([name, each]) => nestedRows(name, each, required.includes(name))),
  );
}

function nestedRows(name: string, node: SchemaNode, isRequired: boolean): string[][] {
  const inner = node.items ?? node;
  const own = [code(name), `${valueText(node)}${isRequired ? ", required" : ""}`, node.description ?? ""];
  const deeper = Object.entries(inner.properties ?? {}).flatMap(([key, each]) =>
    nestedRows(`${name}${node.items ? "[]" : ""}.${key}`, each, (inner.required ?? []).includes(key)),
  );
  return [own, ...deeper];
}

function changesTable(kind: "stream" | "consumer", wire: string, rows: ChangeRow[]): string {
  const since = tableOf(kind).fields[wire]?.since;
  return table(
    ["change", "for example", "servers", "impact", "why"],
    joined(withoutRefusedBrings(rows)).map(
      ({ situation, direction, example, releases, impact, reason, safeUnused, brings }) => [
        situation === undefined
          ? direction
          : `${direction}${limitCondition(wire, direction, example.to)} (${situation})`,
        `${exampleText(example.from)} → ${exampleText(example.to)}`,
        releasesText(releases, since),
        safeUnused ? `**${impact}**, safe where unused` : impact === "safe" ? impact : `**${impact}**`,
        [reason, brings.length > 0 ? `changes ${brings.map(code).join(", ")} with it` : ""].filter(Boolean).join("; "),
      ],
    ),
  );
}

/** How the example's limit stands to the messages that are stored: it tells two rows of a lowered limit apart. */
function limitCondition(wire: string, direction: string, to: unknown): string {
  if (wire !== "max_msgs" || direction !== "lowered" || typeof to !== "number") return "";
  if (to === STORED_STATE.messages) return " to what is stored";
  return to < STORED_STATE.messages ? " below what is stored" : " and still above what is stored";
}

/** Neighbouring releases of which the same is said, where only what a refused change would bring is different. */
function withoutRefusedBrings(rows: ChangeRow[]): ChangeRow[] {
  const plain = rows.map((row) => (isRefused(row.impact) ? { ...row, brings: [] } : row));
  const groups = Map.groupBy(plain, ({ releases: _, example: __, ...said }) => JSON.stringify(said));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first && others.length > 0 && isRefused(first.impact)
      ? [{ ...first, releases: neighboursJoined([first, ...others].flatMap(({ releases }) => releases)) }]
      : [first, ...others].filter((row) => row !== undefined),
  );
}

/** Directions of which all the same is said, in one row. */
function joined(rows: ChangeRow[]): ChangeRow[] {
  const groups = Map.groupBy(rows, ({ direction: _, example: __, ...said }) => JSON.stringify(said));
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const directions = [...new Set([first, ...others].map(({ direction }) => direction))];
    return { ...first, direction: listed(directions).replace(/ and (?=[^,]*$)/, " or ") };
  });
}

/** The server takes none of it, so nothing comes with it either. */
const isRefused = (impact: string) => impact === "immutable" || impact === "unsupported";

function exampleText(value: unknown): string {
  if (value === null || value === "") return "unset";
  if (typeof value === "object" && Object.keys(value).length === 0) return "none";
  return code(value);
}

/** Which cases on real servers this rests on. */
export function measuredText(kind: "stream" | "kv" | "object" | "consumer", wire: string): string | undefined {
  const [cases, stops] = [measuredCases(kind, wire), measuredStops(kind, wire)];
  if (!cases) return undefined;
  const link = (path: string) => `[${path}](../../${path})`;
  const measured = `Measured on real servers: ${cases.changes.map(code).join(", ")} (${count(cases.cases)} in ${link(cases.path)}).`;
  return stops && (kind === "stream" || kind === "consumer")
    ? `${measured}\nWhat stops then, as measured: ${stops.stops.join("; ")} (${link(stops.path)}).`
    : measured;
}

const count = (cases: number) => (cases === 1 ? "1 case" : `${cases} cases`);
