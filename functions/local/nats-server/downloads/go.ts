import { join } from "node:path";
import { BINARY_NAME } from "../binary.ts";
import type { DownloadSource } from "../download-source.ts";
import { run } from "../run-program.ts";

/** Built from source; Go checks it against its checksum database. */
export const goInstall: DownloadSource = {
  name: "go install",

  async impossible({ env }) {
    return run("go", ["version"], { env, timeoutMs: 10_000 }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  },

  async fetch(version, into, { env }) {
    await run("go", ["install", `github.com/nats-io/nats-server/v2@v${version}`], {
      // Without cgo no C compiler is needed, and the binary runs with any libc.
      env: { ...env, GOBIN: into, CGO_ENABLED: "0" },
      cwd: into,
      timeoutMs: 600_000,
    });
    return join(into, BINARY_NAME);
  },
};
