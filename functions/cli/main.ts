#!/usr/bin/env node
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

// A closed pipe (`| head`) is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// process.exit could lose text that is still on its way to a pipe, so the program only sets the exit code.
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
