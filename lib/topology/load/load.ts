import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../jetstream/errors/broker-error.ts";
import type { ResolvedTopology } from "../resolve/resolved.ts";
import { TopologyError } from "../topology-error.ts";
import { parseTopology, type TopologyFormat, topologyOf } from "./parse.ts";

const formats: Record<string, TopologyFormat> = { ".json": "json", ".yaml": "yaml", ".yml": "yaml" };
const modules = [".ts", ".mts", ".js", ".mjs"];

/**
 * The topology in a file: `.json`, `.yaml` or `.yml`, or the default export of a `.ts`, `.mts`, `.js` or `.mjs`.
 * @throws TopologyError with a sentence where it cannot be read, else with every mistake in it.
 */
export async function loadTopology(path: string): Promise<ResolvedTopology> {
  return modules.includes(extname(path)) ? topologyOf(await defaultExport(path)) : readTopology(path);
}

/** The same at once, for the formats that are data: `.json`, `.yaml` and `.yml`. */
export function readTopology(path: string): ResolvedTopology {
  const format = formats[extname(path)];
  if (format === undefined) {
    const known = [...Object.keys(formats), ...modules].join(", ");
    throw unreadable(path, `its name ends in none of ${known}`);
  }
  return parseTopology(contents(path), format, path);
}

function contents(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, reasonOf(error), error);
  }
}

async function defaultExport(path: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    // A mistake that the file's own defineTopology found; by its name, for the file may use another copy of this code.
    if (error instanceof Error && error.name === "TopologyError" && "issues" in error) {
      throw error instanceof TopologyError ? error : new TopologyError(error.issues as TopologyError["issues"]);
    }
    throw unreadable(path, reasonOf(error), error);
  }
  if (module.default === undefined) {
    throw unreadable(path, "it has no default export; write `export default defineTopology({ … })`");
  }
  return module.default;
}

function unreadable(path: string, why: string, cause?: unknown): TopologyError {
  const error = new TopologyError([{ path: "", message: `The topology ${path} cannot be read: ${why}.` }]);
  error.cause = cause;
  return error;
}

function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "this user may not read it";
  return messageOf(error).replace(/\.$/, "");
}
