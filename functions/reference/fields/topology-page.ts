import { code, page, table } from "../markdown.ts";
import { LISTS, policyFields, SCHEMA, valueText } from "./declared-fields.ts";

/** The page of what a topology says of itself, and of what each resource may say beside its config. */
export function topologyPage(): string {
  const pages: Record<string, string> = {
    [LISTS.stream]: "fields-stream.md",
    [LISTS.kv]: "fields-kv.md",
    [LISTS.object]: "fields-object.md",
    [LISTS.consumer]: "fields-consumer.md",
  };
  return page(
    "# Topology fields",
    "<!-- Written by `npm run -s reference` from the schema in lib/topology/schema: edit that. -->",
    "The fields of a topology itself:",
    table(
      ["field", "value", "what it says"],
      Object.entries(SCHEMA.properties ?? {}).map(([name, node]) => [
        pages[name] === undefined ? code(name) : `[\`${name}\`](${pages[name]})`,
        `${valueText(node)}${SCHEMA.required?.includes(name) ? ", required" : ""}`,
        node.description ?? "",
      ]),
    ),
    "## On each resource",
    "Every stream, bucket and consumer may say what a run may do to it:",
    table(
      ["field", "value", "what it says"],
      policyFields().map(({ name, node, value }) => [code(name), value, node.description ?? ""]),
    ),
  );
}
