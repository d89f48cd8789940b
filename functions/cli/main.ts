#!/usr/bin/env node
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

// `| head` closes the pipe: not worth a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// Never process.exit: what was written to a pipe might not be out yet.
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
