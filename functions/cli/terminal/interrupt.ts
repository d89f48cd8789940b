import { EXIT } from "../exit-code.ts";

/**
 * Runs `work`. If Ctrl-C or a termination signal arrives meanwhile, it prints a sentence and ends the process with the
 * exit code that a shell expects.
 */
export async function interruptible<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  const stop = (signal: NodeJS.Signals) => {
    process.stderr.write(`\n${sentence}\n`);
    process.exit(signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await work();
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
