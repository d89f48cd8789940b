import { relative } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { PATH, replayCommand, SEED, TIME_MS } from "./property-seed.ts";

/**
 * Set-up of every test file with properties: the same cases at every run, so that a test that fails was made to fail by
 * a change. `npm run test:random` tries others.
 */
fc.configureGlobal({
  seed: SEED,
  ...(PATH !== undefined && { path: PATH }),
  ...(TIME_MS !== undefined && { interruptAfterTimeLimit: TIME_MS }),
  reporter(details) {
    if (!details.failed) return;
    const { testPath = "", currentTestName = "" } = expect.getState();
    const replay = replayCommand({
      seed: details.seed,
      path: details.counterexamplePath ?? "",
      file: relative(process.cwd(), testPath),
      title: currentTestName.split(" > ").at(-1) ?? "",
    });
    throw new Error(`${fc.defaultReportMessage(details)}\n\nTo try this case again:\n  ${replay}`, {
      cause: details.errorInstance,
    });
  },
});
