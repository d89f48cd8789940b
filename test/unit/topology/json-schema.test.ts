import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonSchemaFile, jsonSchemaText, topologyJsonSchema } from "../../../lib/topology/schema/json-schema.ts";

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  pattern?: string;
  enum?: string[];
  anyOf?: Node[];
  additionalProperties?: unknown;
}
const schema = topologyJsonSchema() as Node;

/** Every property there is, with the path to it. */
function properties(node: Node, path: string): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, each]): [string, Node][] => [
    [`${path}.${name}`, each],
    ...properties(each, `${path}.${name}`),
  ]);
  return node.items ? [...own, ...properties(node.items, `${path}[]`)] : own;
}

describe("the JSON Schema", () => {
  test("that is committed is current (else: npm run schema)", () => {
    expect(readFileSync(jsonSchemaFile, "utf8")).toBe(jsonSchemaText());
  });

  test("describes every field, and each by its own comment", () => {
    const all = properties(schema, "");
    expect(all.length).toBeGreaterThan(150);
    expect(all.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
    const described = Object.fromEntries(all.map(([path, { description }]) => [path, description]));
    expect(described[".streams[].maxAge"]).toBe(
      'The age at which the server removes a message, e.g. `"90d"`. At least 100ms. Default: unlimited.',
    );
    expect(described[".kvBuckets[].history"]).toContain("1 (default) to 64");
    expect(described[".consumers[].maxBytes"]).toContain("per pull request");
    expect(described[".streams[].mirror.name"]).toContain("The name of the stream to copy");
  });

  test("knows the units, the choices and that there is nothing else", () => {
    const stream = schema.properties?.streams?.items;
    expect(new RegExp(stream?.properties?.maxAge?.pattern ?? "").test("1h30m")).toBe(true);
    expect(new RegExp(stream?.properties?.maxAge?.pattern ?? "").test("90 days")).toBe(false);
    expect(stream?.properties?.discard?.enum).toEqual(["old", "new"]);
    expect(stream?.properties?.maxBytes?.anyOf).toHaveLength(2);
    expect(stream?.additionalProperties).toBe(false);
    expect(schema.additionalProperties).toBe(false);
  });
});
