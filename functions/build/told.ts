import { BuildError } from "./build-error.ts";

/** Runs a build; a mistake that a sentence explains is told without a stack, with exit code 1. */
export async function told(build: () => Promise<void>): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
