import { EXIT } from "../../cli/exit-code.ts";
import { reportError } from "../../cli/report-error.ts";

/** npm passes a signal on that the terminal has sent to all of them anyway: that is no second Ctrl-C. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs a program to its end, and whatever it started with it: at its end, at an error (told in a sentence), and at
 * Ctrl-C or a termination. A second Ctrl-C waits for nothing.
 *
 * @param interrupted the sentence for Ctrl-C
 * @param work gives the exit code; what it hands to `started` is ended in reverse order
 */
export async function runToEnd(
  interrupted: string,
  work: (started: AsyncDisposableStack) => Promise<number>,
): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", quietWhenUnread);
  const started = new AsyncDisposableStack();
  let interruptedAt: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    const code = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    if (interruptedAt !== undefined) {
      if (performance.now() - interruptedAt > SAME_SIGNAL_MS) process.exit(code);
      return;
    }
    interruptedAt = performance.now();
    process.stderr.write(`\n${interrupted}\n`);
    void started.disposeAsync().finally(() => process.exit(code));
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const code = await work(started);
    await started.disposeAsync();
    process.exitCode = code;
  } catch (error) {
    // What fails because its server was just ended is no news.
    if (interruptedAt !== undefined) return;
    process.exitCode = reportError(error);
    await started.disposeAsync();
  } finally {
    // Until then, an interrupted program lives for its ending alone.
    if (interruptedAt === undefined) for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** `| head` closes the pipe: not worth a word. */
function quietWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
