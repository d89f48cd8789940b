import { isAbsolute, relative, resolve } from "node:path";

const REPO = resolve(import.meta.dirname, "../..");

/** Git-ignored. */
export const DEFAULT_DATA = resolve(REPO, ".local");

/** The topology that is deployed, and that its operator edits. */
export const DEFAULT_TOPOLOGY = resolve(REPO, "cdk/kanade.ts");

/**
 * npm runs a script in the project's directory, wherever the person is; the files they name are relative to where
 * they are.
 */
export function goWhereThePersonIs(script: string, env: Record<string, string | undefined>): void {
  if (env.npm_lifecycle_event !== script || !env.INIT_CWD) return;
  try {
    process.chdir(env.INIT_CWD);
  } catch {
    // That directory is gone: the project's will do.
  }
}

/** A path as the person would type it here. */
export function shownPath(path: string): string {
  const here = relative(process.cwd(), path);
  return here === "" || here.startsWith("..") || isAbsolute(here) ? path : here;
}
