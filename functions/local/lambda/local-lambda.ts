import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { Worker } from "node:worker_threads";
import type { Result } from "../../../lib/report/result.ts";
import { UsageError } from "../../cli/usage-error.ts";
import type { Answer } from "./lambda-worker.ts";

export interface LocalLambda extends AsyncDisposable {
  /**
   * One invocation, as warm as those before left it. A run that failed after its report (EnsureFailed) gives that
   * report, too: `error`, or `failed` resources, say what happened.
   *
   * @throws UsageError with the handler's sentence where it failed without a report
   */
  invoke(event: object): Promise<Result>;
}

/**
 * The function that the Lambda exports, in a thread of its own: there its environment is what a deployment sets and
 * nothing of this process's, and what it writes to stdout goes to its log alone, as in Lambda.
 *
 * @param options.logPath begun anew; JSON lines
 */
export function startLocalLambda(options: { environment: Record<string, string>; logPath: string }): LocalLambda {
  const worker = new Worker(new URL("./lambda-worker.ts", import.meta.url), {
    env: options.environment,
    stdout: true,
    stderr: true,
  });
  const log = createWriteStream(options.logPath, { mode: 0o600 });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });
  const logDone = Promise.all([finished(worker.stdout), finished(worker.stderr)]);
  // Told to whoever waits for an answer.
  worker.on("error", () => undefined);
  let [busy, gone] = [false, false];
  worker.once("exit", () => {
    gone = true;
  });

  return {
    async invoke(event) {
      busy = true;
      worker.postMessage(event);
      const answer = await nextAnswer(worker);
      busy = false;
      return resultOf(answer);
    },
    async [Symbol.asyncDispose]() {
      if (!gone) {
        const exit = once(worker, "exit");
        // An invocation that is under way is cut off: its caller is being interrupted.
        if (busy) await worker.terminate();
        else worker.postMessage(null);
        await exit;
      }
      await logDone;
      await new Promise((resolve) => log.end(resolve));
    },
  };
}

async function nextAnswer(worker: Worker): Promise<Answer> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const ended = once(worker, "exit", { signal }).then(() => {
      throw new Error("The function's thread ended before it answered.");
    });
    // `once` rejects with what "error" comes with: the handler could not be loaded.
    const [answer] = await Promise.race([once(worker, "message", { signal }), ended]);
    return answer as Answer;
  } finally {
    waiting.abort();
  }
}

function resultOf(answer: Answer): Result {
  if (answer.result) return answer.result as Result;
  if (!("failure" in answer)) throw new Error("The function answered without a result.");
  if (answer.expected) throw new UsageError(answer.failure);
  throw Object.assign(new Error(answer.failure), { stack: answer.stack });
}
