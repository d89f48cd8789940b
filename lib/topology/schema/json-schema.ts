import * as z from "zod";
import { fieldDocs } from "./field-docs.ts";
import { topologySchema } from "./topology.ts";

/**
 * The JSON Schema of a declared topology, for editors. It is made from the schema that validates, with the comments of
 * the fields as descriptions. It is draft 7, which the YAML extensions of editors read too. Only `defineTopology`
 * checks more than single values: exact units, combinations of fields, and the topology as a whole.
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

/** The file with the committed copy, which the package ships. */
export const jsonSchemaFile = new URL("../topology.schema.json", import.meta.url);

/** The text of the committed copy. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`;
}
