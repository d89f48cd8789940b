import { stringify } from "yaml";
import type { Topology } from "../../topology/schema/topology.ts";
import type { Preface } from "./preface.ts";
import { remarkLines } from "./remarks.ts";

const OPTIONS = {
  lineWidth: 120,
  aliasDuplicateObjects: false,
  // Quotes texts that an older YAML reader would not read as a text: yes, no, on, 0o7.
  compat: "yaml-1.1",
} as const;

export function writeYaml(topology: Topology, { schema, remarks }: Preface): string {
  const lines = [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${encodeURI(schema)}`]),
    ...remarkLines(remarks, "#"),
  ];
  return [...lines, stringify(topology, OPTIONS)].join("\n");
}
