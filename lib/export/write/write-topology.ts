import type { Topology } from "../../topology/schema/topology.ts";
import { writeJson } from "./json.ts";
import type { Preface } from "./preface.ts";
import { writeTypeScript } from "./typescript.ts";
import { writeYaml } from "./yaml.ts";

export const EXPORT_FORMATS = ["yaml", "json", "ts"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const writers: Record<ExportFormat, (topology: Topology, preface: Preface) => string> = {
  yaml: writeYaml,
  json: writeJson,
  ts: writeTypeScript,
};

/** Writes the text of a topology file. `loadTopology` reads the same topology back. */
export function writeTopology(topology: Topology, format: ExportFormat, preface: Preface): string {
  return writers[format](topology, preface);
}
