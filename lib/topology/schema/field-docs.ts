import { readFileSync } from "node:fs";
import type * as z from "zod";
import { bucketShape, kvShape, objectStoreShape } from "./bucket.ts";
import { consumerShape } from "./consumer.ts";
import { policyShape } from "./policy.ts";
import * as nested from "./source.ts";
import { anyStreamShape, plainStreamShape } from "./stream.ts";
import { topologyShape } from "./topology.ts";

/** The shapes by the name of their file, and by their own names in it. */
const shapesByFile: Record<string, Record<string, z.ZodRawShape>> = {
  topology: { topologyShape },
  stream: { anyStreamShape, plainStreamShape },
  bucket: { bucketShape, kvShape, objectStoreShape },
  consumer: { consumerShape },
  policy: { policyShape },
  source: {
    sourceShape: nested.sourceShape,
    bucketSourceShape: nested.bucketSourceShape,
    externalShape: nested.externalShape,
    sourceConsumerShape: nested.sourceConsumerShape,
    subjectTransformShape: nested.subjectTransformShape,
    placementShape: nested.placementShape,
    republishShape: nested.republishShape,
    consumerLimitsShape: nested.consumerLimitsShape,
  },
};

/**
 * The description of each field, by the schema of the field. It comes from the comments in the source, which editors
 * show to the author of a TypeScript topology. A second copy for the JSON Schema would soon differ.
 */
export function fieldDocs(): Map<unknown, string> {
  const docs = new Map<unknown, string>();
  for (const [file, shapes] of Object.entries(shapesByFile)) {
    const source = readFileSync(new URL(`./${file}.ts`, import.meta.url), "utf8");
    for (const [name, shape] of Object.entries(shapes)) {
      const [, body = ""] = new RegExp(`^export const ${name} = \\{$(.*?)^\\};$`, "ms").exec(source) ?? [];
      for (const [, comment = "", field = ""] of body.matchAll(/^ {2}\/\*\*(.*?)\*\/\s+([\w$]+):/gms)) {
        docs.set(
          shape[field],
          comment
            .replaceAll(/^\s*\*/gm, "")
            .replaceAll(/\s+/g, " ")
            .trim(),
        );
      }
    }
  }
  return docs;
}
