import { writeFileSync } from "node:fs";
import { jsonSchemaFile, jsonSchemaText } from "../../lib/topology/schema/json-schema.ts";

/** `npm run schema`: writes the JSON Schema of a topology. Run it after a change of the schema. */
writeFileSync(jsonSchemaFile, jsonSchemaText());
