import { type JsonSchema, schemaOfInterface } from "../declarations/json-schema.ts";
import { code, page, table } from "../markdown.ts";

/** The JSON Schema of a result: of the type that a run returns. */
export function resultSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Result",
    description: "What a run of jetstream-ensure answers: from the function, and from the command line with --json.",
    ...schemaOfInterface("lib/report/result.ts", "Result"),
  };
}

export function resultsPage(): string {
  return page(
    "# Results",
    "<!-- Written by `npm run -s reference` from lib/report/result.ts. -->",
    "What the function answers, and what the command line prints with `--json`. The package exports the JSON Schema: `jetstream-ensure/schema/result.json`.",
    schemaTable(resultSchema()),
  );
}

/** Every property of a schema, by its path. */
export function schemaTable(schema: JsonSchema): string {
  return table(["property", "type", "always there", "what it says"], propertyRows(schema, ""));
}

function propertyRows(schema: JsonSchema, path: string): string[][] {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema.required ?? []) as string[];
  return Object.entries(properties).flatMap(([name, each]) => {
    const inner = (each.items ?? alternative(each) ?? each) as JsonSchema;
    const own = path === "" ? name : `${path}.${name}`;
    const description = typeof each.description === "string" ? each.description : "";
    return [
      [code(own), typeText(each), required.includes(name) ? "yes" : "", oneLine(description)],
      ...propertyRows(inner, each.items ? `${own}[]` : own),
    ];
  });
}

/** The object of "an object or null". */
function alternative({ anyOf }: JsonSchema): JsonSchema | undefined {
  return (anyOf as JsonSchema[] | undefined)?.find(({ type }) => type === "object");
}

function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if ("const" in schema) return code(JSON.stringify(schema.const));
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(typeText).join(" or ");
  if (schema.type === "array") return `list of ${typeText((schema.items ?? {}) as JsonSchema) || "any"}`;
  return [schema.type ?? "any"].flat().join(" or ");
}

/** A list in a comment becomes clauses: a cell has one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n+\s*- /g, " ").replaceAll(/\s*\n+\s*/g, " ");
}
