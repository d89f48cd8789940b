import { posix } from "node:path";
import { members, membersOf, typeText } from "./interface.ts";
import { commentAbove, sourceOf } from "./source-comments.ts";

/** A JSON Schema, as far as one is written here. */
export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema of an exported interface: every property with its comment, and none beside them. Names of other
 * files are followed through the imports.
 *
 * It reads what the types of plain JSON data are written with: literals, unions, lists, objects and names.
 * @throws Error for anything else
 */
export function schemaOfInterface(path: string, name: string): JsonSchema {
  return schemaOfName(path, name);
}

function schemaOfName(path: string, name: string): JsonSchema {
  const source = sourceOf(path);
  if (new RegExp(String.raw`export interface ${name} \{`).test(source)) {
    return objectSchema(path, membersOf(path, name), optionalComment(path, name));
  }
  const alias = typeText(path, name);
  if (alias !== undefined) {
    const description = optionalComment(path, name);
    return { ...(description === undefined ? {} : { description }), ...schemaOfType(path, alias) };
  }
  return schemaOfName(importedFrom(path, source, name), name);
}

function importedFrom(path: string, source: string, name: string): string {
  for (const [, names = "", from = ""] of source.matchAll(/(?:import|export) (?:type )?\{([^}]+)\} from "([^"]+)"/g)) {
    const isNamed = names.split(",").some((each) => each.replace(/^\s*type /, "").trim() === name);
    if (isNamed) return posix.join(posix.dirname(path), from);
  }
  throw new Error(`${path} neither declares nor imports the type ${name}`);
}

function objectSchema(path: string, all: ReturnType<typeof members>, description?: string): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    type: "object",
    properties: Object.fromEntries(
      all.map(({ name, type, text, schema }) => [
        name,
        { ...merged(schemaOfType(path, type), schema), ...(text === "" ? {} : { description: text }) },
      ]),
    ),
    required: all.filter(({ optional }) => !optional).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** A schema with what a tag adds to it, and to the schema of its items. */
function merged(schema: JsonSchema, { items, ...more }: JsonSchema = {}): JsonSchema {
  if (items === undefined) return { ...schema, ...more };
  return { ...schema, ...more, items: { ...(schema.items as JsonSchema), ...(items as JsonSchema) } };
}

const PLAIN: Record<string, JsonSchema> = {
  string: { type: "string" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  null: { type: "null" },
  unknown: {},
};

function schemaOfType(path: string, text: string): JsonSchema {
  const type = text.trim().replace(/^\|\s*/, "");
  const parts = unionParts(type);
  if (parts.length > 1) return unionSchema(parts.map((part) => schemaOfType(path, part)));
  const plain = PLAIN[type];
  if (plain) return { ...plain };
  if (/^("[^"]*"|true|false|-?\d+)$/.test(type)) return { const: JSON.parse(type) };
  if (type.endsWith("[]")) return { type: "array", items: schemaOfType(path, type.slice(0, -2)) };
  if (type.startsWith("(") && type.endsWith(")")) return schemaOfType(path, type.slice(1, -1));
  if (type.startsWith("{") && type.endsWith("}")) return objectSchema(path, members(type.slice(1, -1)));
  if (/^\w+$/.test(type)) return schemaOfName(path, type);
  throw new Error(`${path}: no JSON Schema is written for the type ${type}`);
}

/** Literals of one type are one list of values. */
function unionSchema(parts: JsonSchema[]): JsonSchema {
  if (parts.every((part) => "const" in part)) return { enum: parts.map((part) => part.const) };
  const types = parts.map((part) => part.type);
  const arePlain = parts.every((part) => Object.keys(part).length === 1 && typeof part.type === "string");
  return arePlain ? { type: types } : { anyOf: parts };
}

function unionParts(type: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, sign] of [...type].entries()) {
    if ("{([<".includes(sign)) depth++;
    if ("})]>".includes(sign)) depth--;
    if (sign !== "|" || depth > 0) continue;
    parts.push(type.slice(start, at));
    start = at + 1;
  }
  return [...parts, type.slice(start)].map((part) => part.trim());
}

function optionalComment(path: string, name: string): string | undefined {
  try {
    return commentAbove(path, name);
  } catch {
    return undefined;
  }
}
