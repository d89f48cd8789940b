import { BuildError } from "./build-error.ts";

/** Runs a build. It prints the message of a BuildError without a stack, and sets exit code 1. */
export async function reportBuildError(build: () => Promise<void>): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
