import type { Topology } from "../../topology/schema/topology.ts";
import { writeJson } from "./json.ts";
import { writeTypeScript } from "./typescript.ts";
import { writeYaml } from "./yaml.ts";

export const EXPORT_FORMATS = ["yaml", "json", "ts"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What a file says beside its topology. */
export interface Preface {
  /** Where an editor finds the JSON Schema, relative to the file. Not for TypeScript, which has types. */
  schema?: string;
  /** Sentences for whoever reads the file; each one line. JSON has no place for them. */
  remarks: string[];
}

const writers: Record<ExportFormat, (topology: Topology, preface: Preface) => string> = {
  yaml: writeYaml,
  json: writeJson,
  ts: writeTypeScript,
};

/** The text of a topology file; `loadTopology` reads it back to the same topology. */
export function writeTopology(topology: Topology, format: ExportFormat, preface: Preface): string {
  return writers[format](topology, preface);
}
