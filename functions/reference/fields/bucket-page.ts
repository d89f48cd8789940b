import { camelCase } from "../../../lib/topology/fields/names.ts";
import type { BucketKind } from "../../../lib/topology/resolve/resolved.ts";
import { code, page, table } from "../markdown.ts";
import { declaredFields, undeclaredFields } from "./declared-fields.ts";
import { measuredText, nestedFields, sinceText } from "./fields-page.ts";

const WORDS = {
  kv: { title: "KV bucket fields", stream: "KV_<name>" },
  object: { title: "Object store fields", stream: "OBJ_<name>" },
};

/** The page of every field of a bucket. What a change does is said once, of the stream behind it. */
export function bucketPage(kind: BucketKind): string {
  const { title, stream } = WORDS[kind];
  const fields = declaredFields(kind);
  return page(
    `# ${title}`,
    "<!-- Written by `npm run -s reference` from the tables in lib: edit those. -->",
    `A bucket is the stream \`${stream}\`. What a change of a field does to its messages is said of the stream's field, behind each link.`,
    table(
      ["field", "what it says", "value", "default", "since", "what a change does"],
      fields.map(({ name, wire, node, value, byDefault }) => [
        `\`${name}\``,
        node.description ?? "",
        value,
        byDefault,
        sinceText(kind, wire),
        wire === "name" ? "" : `[${camelCase(wire)}](fields-stream.md#${camelCase(wire).toLowerCase()})`,
      ]),
    ),
    ...fields.flatMap(({ name, node }) => {
      const nested = nestedFields(node);
      return nested === undefined ? [] : [`## \`${name}\``, nested];
    }),
    "## Not declared",
    "These fields make the stream a bucket, or have no meaning for one. Where a value stands, every run enforces it:",
    undeclaredFields(kind)
      .map(({ wire, value }) => `- \`${wire}\`${value === undefined ? "" : `: ${code(value)}`}`)
      .join("\n"),
    "## Measured on buckets",
    "Beside the cases of the stream's field, these are measured on a bucket as clients create it:",
    fields
      .flatMap(({ name, wire }) => {
        const measured = measuredText(kind, wire);
        return measured === undefined ? [] : `- \`${name}\`. ${measured}`;
      })
      .join("\n"),
  );
}
