import { EXIT } from "../exit-code.ts";

/**
 * While `work` is under way, Ctrl-C or a termination ends the process with a sentence and the code that a shell
 * expects, rather than in silence.
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
