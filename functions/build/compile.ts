import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BuildError } from "./build-error.ts";

/**
 * Compiles JavaScript and declarations with tsconfig.build.json. The compiler prints its own messages.
 *
 * @throws BuildError if the compiler finds mistakes
 */
export async function compile(root: string): Promise<void> {
  const compiler = fileURLToPath(new URL("../bin/tsc", import.meta.resolve("typescript")));
  const child = spawn(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new BuildError(`The TypeScript compiler ended with exit code ${code}.`);
}
