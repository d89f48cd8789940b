import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export interface AwsCall {
  /** The service and the operation, as in the header `X-Amz-Target`: `CodePipeline_20150709.PutJobSuccessResult`. */
  target: string;
  input: Record<string, unknown>;
  /** Signature 4, not looked at. */
  authorization: string;
}

export interface AwsEndpoint extends AsyncDisposable {
  url: string;
  /** Every request that came, also those that failed. */
  calls: readonly AwsCall[];
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
  const calls: AwsCall[] = [];
  const failures: { type: string; status: number; message: string }[] = [];
  let delayMs = 0;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { authorization = "", "x-amz-target": target } = request.headers;
    const input = (await json(request)) as AwsCall["input"];
    calls.push({ target: String(target), input, authorization });
    if (delayMs > 0) await sleep(delayMs);
    if (authorization === "") return { status: 400, body: { __type: "MissingAuthenticationTokenException" } };
    const failure = failures.shift();
    if (!failure) return { status: 200, body: answerTo(input) };
    const { type: __type, status, message } = failure;
    return { status, body: { __type, message } };
  }

  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The endpoint has no port.");

  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    fail({ type, times = 1, status = 400, message = "" }) {
      for (let i = 0; i < times; i++) failures.push({ type, status, message });
    },
    delay(ms) {
      delayMs = ms;
    },
    [Symbol.asyncDispose]() {
      return new Promise<void>((resolve) => {
        server.close(() => resolve());
        // The SDK keeps its connections open for the next call.
        server.closeAllConnections();
      });
    },
  };
}
