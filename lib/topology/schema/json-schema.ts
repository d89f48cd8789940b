import * as z from "zod";
import { fieldDocs } from "./field-docs.ts";
import { topologySchema } from "./topology.ts";

/**
 * The JSON Schema of a declared topology, for editors: the same schema that validates, with the fields' comments as
 * descriptions. Draft 7, which the editors' YAML extensions read too. What goes beyond one value (units' exactness,
 * combinations, the whole) only `defineTopology` checks.
 */
export function topologyJsonSchema(): Record<string, unknown> {
  const docs = fieldDocs();
  const { $schema, ...schema } = z.toJSONSchema(topologySchema, {
    target: "draft-7",
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type !== "object") return;
      for (const [field, property] of Object.entries(jsonSchema.properties ?? {})) {
        const text = docs.get(def.shape[field]);
        if (text !== undefined && typeof property === "object") property.description = text;
      }
    },
  });
  return { $schema, title: "Topology", description: "Every JetStream resource a team's systems expect.", ...schema };
}

/** Where the committed copy is, which the package ships. */
export const jsonSchemaFile = new URL("../topology.schema.json", import.meta.url);

/** The text of that file. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`;
}
