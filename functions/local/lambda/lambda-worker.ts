import { parentPort } from "node:worker_threads";
import { EnsureFailed } from "../../ensure/ensure-failed.ts";
import { handler } from "../../ensure/handler.ts";
import { PlainError } from "../../ensure/plain-error.ts";
import { lambdaContext } from "./lambda-context.ts";

/** What an invocation came to, as it passes between threads, where an error would lose its class. */
export type Answer =
  | { result: unknown }
  /** `expected`: the message is for a person, and is all of it. */
  | { failure: string; expected: boolean; stack: string | undefined; result?: unknown };

const port = parentPort;
port?.on("message", async (event: object | null) => {
  // The end: without its port nothing keeps the thread.
  if (event === null) port.close();
  else port.postMessage(await answer(event));
});

async function answer(event: unknown): Promise<Answer> {
  try {
    return { result: await handler(event, lambdaContext()) };
  } catch (thrown) {
    const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
    const result = thrown instanceof EnsureFailed ? thrown.result : undefined;
    return { failure: message, expected: thrown instanceof PlainError, stack, ...(result ? { result } : {}) };
  }
}
