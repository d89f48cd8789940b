import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** What the runtime posted: a result, or an error. */
export interface Posted {
  kind: "response" | "error";
  /** As it was sent. */
  body: string;
  /** The header that says an error's type. */
  errorType?: string;
}

/** One piece of work, as Lambda hands it to a runtime. */
export interface Work {
  requestId: string;
  event: unknown;
  /** Epoch milliseconds. */
  deadline: number;
  functionArn: string;
  traceId: string;
}

/** Lambda's side of one execution environment. */
export interface RuntimeApi {
  /** For `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Resolves when the runtime asks for work: the first time it is initialized, later it is done with what it had. */
  asked(): Promise<void>;
  /** Answers the runtime that asked. */
  give(work: Work): Promise<Posted>;
  /** Resolves when the runtime says that it cannot be initialized. */
  readonly initFailed: Promise<Posted>;
  close(): Promise<void>;
}

const PATH = /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)(?:\/(response|error))?|(init\/error))$/;

/** The Runtime API (version 2018-06-01) on 127.0.0.1, for one runtime process. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let next = Promise.withResolvers<ServerResponse>();
  let current: { requestId: string; posted: PromiseWithResolvers<Posted> } | undefined;
  const initFailed = Promise.withResolvers<Posted>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id, answer, initError] = PATH.exec(request.url ?? "") ?? [];
    if (request.method === "GET" && id === "next") return next.resolve(response);
    const body = await text(request);
    const type = request.headers["lambda-runtime-function-error-type"];
    const errorType = typeof type === "string" ? { errorType: type } : {};
    if (initError) {
      accept(response);
      return initFailed.resolve({ kind: "error", body, ...errorType });
    }
    if (!current || id !== current.requestId || answer === undefined) return refuse(response, request);
    accept(response);
    current.posted.resolve({ kind: answer === "error" ? "error" : "response", body, ...errorType });
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    // A runtime that is killed while it posts.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;

  return {
    address: `127.0.0.1:${port}`,
    async asked() {
      await next.promise;
    },
    async give(work) {
      const response = await next.promise;
      next = Promise.withResolvers();
      current = { requestId: work.requestId, posted: Promise.withResolvers() };
      const { posted } = current;
      response.writeHead(200, {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": work.requestId,
        "lambda-runtime-deadline-ms": String(work.deadline),
        "lambda-runtime-invoked-function-arn": work.functionArn,
        "lambda-runtime-trace-id": work.traceId,
      });
      response.end(JSON.stringify(work.event));
      return posted.promise;
    },
    initFailed: initFailed.promise,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}\n');
}

function refuse(response: ServerResponse, request: IncomingMessage): void {
  const error = { errorType: "InvalidRequestID", errorMessage: `${request.method} ${request.url} is not expected now` };
  response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(error));
}
