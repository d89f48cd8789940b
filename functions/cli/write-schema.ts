import { writeFileSync } from "node:fs";
import { jsonSchemaFile, jsonSchemaText } from "../../lib/topology/schema/json-schema.ts";

/** `npm run schema`: writes the JSON Schema again after the schema of a topology has changed. */
writeFileSync(jsonSchemaFile, jsonSchemaText());
