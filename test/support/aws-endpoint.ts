import { setTimeout as sleep } from "node:timers/promises";
import { AwsError, type AwsJsonRequest, startAwsJsonServer } from "../../functions/local/ssm/aws-json-server.ts";

export interface AwsEndpoint extends AsyncDisposable {
  url: string;
  /** Every request that came, also those that failed. */
  calls: readonly AwsJsonRequest[];
  /** The next `times` (default 1) requests answer an error. Default status 400. */
  fail(failure: { type: string; times?: number; status?: number; message?: string }): void;
  /** Answers come this many milliseconds later from now on. */
  delay(ms: number): void;
}

/**
 * A service of AWS that speaks JSON 1.1 and accepts all that is signed.
 *
 * @param answer to a request; nothing by default
 */
export async function startAwsEndpoint(
  answerTo: (input: Record<string, unknown>) => object = () => ({}),
): Promise<AwsEndpoint> {
  const calls: AwsJsonRequest[] = [];
  const failures: AwsError[] = [];
  let delayMs = 0;

  const { url, close } = await startAwsJsonServer(async (request) => {
    calls.push(request);
    if (delayMs > 0) await sleep(delayMs);
    if (request.authorization === "") throw new AwsError("MissingAuthenticationTokenException", "");
    const failure = failures.shift();
    if (failure) throw failure;
    return answerTo(request.input);
  });

  return {
    url,
    calls,
    fail({ type, times = 1, status = 400, message = "" }) {
      for (let i = 0; i < times; i++) failures.push(new AwsError(type, message, status));
    },
    delay(ms) {
      delayMs = ms;
    },
    [Symbol.asyncDispose]: close,
  };
}
