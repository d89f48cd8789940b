import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

/**
 * Reads a file that an option or an environment variable names. It expands `~/` to the home directory, because a shell
 * does not expand it in `--creds=~/…` or in a variable.
 *
 * @throws UsageError that names the option, the path and the problem, and never the content
 */
export async function readOptionFile(option: string, path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path, "utf8");
  } catch (cause) {
    const { code = "unknown error" } = cause as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read ${path} (${option}): ${REASONS[code] ?? code}.`, { cause });
  }
  if (text.trim() === "") throw new UsageError(`Cannot use ${path} (${option}): the file is empty.`);
  return text;
}
