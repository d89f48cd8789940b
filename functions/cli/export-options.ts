import { basename, extname } from "node:path";
import { type Command, Option } from "commander";
import { EXPORT_FORMATS, type ExportFormat } from "../../lib/export/write/write-topology.ts";
import { addLoginOptions, type LoginOptions } from "./login/login.ts";
import { addTimeoutOption } from "./run-options.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `export`, with commander's names. */
export interface ExportVerbOptions extends LoginOptions {
  format?: ExportFormat;
  output?: string;
  force?: boolean;
  name?: string;
  only?: string[];
  consumers: boolean;
  /** Milliseconds for connecting, and for each answer. */
  timeout: number;
}

export function addExportOptions(command: Command): Command {
  command
    .optionsGroup("What to export:")
    .option("--only <pattern...>", "these resources alone, by id; * is any text: 'kv/*' stream/RESULTS")
    .option("--no-consumers", "no consumers")
    .option("--name <name>", "the topology's name; default: the file's, else exported");
  addTimeoutOption(command)
    .optionsGroup("Where to:")
    .option("--output <file>", "a new file; default: stdout")
    .addOption(new Option("--format <format>", "default: by the file's name, else yaml").choices(EXPORT_FORMATS))
    .option("--force", "overwrite the file")
    .optionsGroup("Else:")
    .option("--verbose", "the stack of an unexpected error (as DEBUG=1)");
  return addLoginOptions(command);
}

const FORMATS: Record<string, ExportFormat> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ts": "ts",
  ".mts": "ts",
};

/**
 * The format of the export: from the file's name, else from `--format`.
 *
 * @throws UsageError if the file's name has no known format, or contradicts `--format`. A plan could not read such a
 *   file.
 */
export function formatOf({ format, output }: Pick<ExportVerbOptions, "format" | "output">): ExportFormat {
  if (output === undefined) return format ?? "yaml";
  const named = FORMATS[extname(output)];
  if (named === undefined) {
    const known = Object.keys(FORMATS).join(", ");
    throw new UsageError(`--output ${output}: its name must end in one of ${known}, or no plan would read it.`);
  }
  if (format !== undefined && format !== named) {
    throw new UsageError(`--output ${output} is a name of ${named}, and --format says ${format}: change one of them.`);
  }
  return named;
}

/**
 * The topology's name: from `--name`, else from the file's name.
 *
 * @throws UsageError if `--name` is empty
 */
export function nameOf({ name, output }: Pick<ExportVerbOptions, "name" | "output">): string {
  if (name === "") throw new UsageError("--name is empty: give the topology a name, such as that of your team.");
  return name ?? (output === undefined ? "exported" : basename(output).replace(/(?!^)\..*$/, ""));
}
