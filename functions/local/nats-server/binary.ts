import { access, constants } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { run } from "./run-program.ts";
import { versionIn } from "./version.ts";

export const BINARY_NAME = process.platform === "win32" ? "nats-server.exe" : "nats-server";

// Where packages put it and where a user's PATH often does not look.
const SYSTEM_DIRECTORIES = process.platform === "win32" ? [] : ["/usr/sbin", "/usr/local/bin"];

/**
 * What version a binary says it is.
 *
 * @throws an Error that says why it is no usable nats-server: missing, not executable, for another machine.
 */
export async function versionOf(path: string): Promise<string> {
  const output = await run(path, ["-v"], { env: {}, timeoutMs: 10_000 }).catch((error: Error) => {
    throw new Error(error.message.endsWith("is not installed") ? `${path} does not exist` : error.message);
  });
  const version = versionIn(output);
  if (version === undefined) throw new Error(`${path} -v does not answer with a nats-server version`);
  return version;
}

/** The nats-servers on PATH and in the usual system directories, in that order. */
export async function installedBinaries(env: { PATH?: string | undefined }): Promise<string[]> {
  const directories = [...(env.PATH ?? "").split(delimiter).filter((each) => each !== ""), ...SYSTEM_DIRECTORIES];
  const candidates = [...new Set(directories.map((directory) => resolve(join(directory, BINARY_NAME))))];
  const usable = await Promise.all(
    candidates.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return candidates.filter((_, i) => usable[i]);
}
