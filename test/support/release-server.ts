import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const GO_ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { arm64: "arm64", x64: "amd64" };

export interface ReleaseServer extends AsyncDisposable {
  url: string;
  /** The paths that were asked for. */
  requests: readonly string[];
  /** The files it has, by path; a test may spoil them. */
  files: Map<string, string | Buffer>;
}

/** Serves releases in the layout of the official ones, over HTTP on this machine. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const files = new Map<string, string | Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const file = files.get(path);
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    files,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A release of `version` for this machine whose binary answers `-v` with `says`, and nothing else.
 *
 * @returns its paths, as the official server has them.
 */
export async function addRelease(
  server: ReleaseServer,
  version: string,
  dir: string,
  says = `nats-server: v${version}`,
): Promise<{ asset: string; sums: string }> {
  const name = `nats-server-v${version}-${process.platform}-${GO_ARCHITECTURES[process.arch]}`;
  await fakeBinary(join(dir, name), says);
  await promisify(execFile)("tar", ["-czf", `${name}.tar.gz`, name], { cwd: dir });
  const archive = await readFile(join(dir, `${name}.tar.gz`));
  const paths = { asset: `/v${version}/${name}.tar.gz`, sums: `/v${version}/SHA256SUMS` };
  const sum = createHash("sha256").update(archive).digest("hex");
  server.files.set(paths.asset, archive);
  server.files.set(paths.sums, `${"0".repeat(64)}  another-file.zip\n${sum}  ${basename(paths.asset)}\n`);
  return paths;
}

/** An executable `nats-server` in `dir` that prints one line. */
export async function fakeBinary(dir: string, says: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, "nats-server");
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`, { mode: 0o755 });
  return path;
}
