import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export interface AwsJsonRequest {
  /** The service and the operation, as in the header `X-Amz-Target`: `AmazonSSM.GetParameters`. */
  target: string;
  input: Record<string, unknown>;
  /** Signature 4; empty where the request is not signed. */
  authorization: string;
}

/** An answer that is an error, by AWS's name for it. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export interface AwsJsonServer {
  url: string;
  close(): Promise<void>;
}

const CONTENT_TYPE = "application/x-amz-json-1.1";

/**
 * A server on 127.0.0.1 that speaks a service's real protocol (AWS JSON 1.1), so that the SDK's own client talks to it
 * unchanged.
 *
 * @param answer may throw an AwsError
 * @param port default: a free one
 */
export async function startAwsJsonServer(
  answer: (request: AwsJsonRequest) => Promise<object>,
  port = 0,
): Promise<AwsJsonServer> {
  const server = createServer(async (request, response) => {
    const [status, payload] = await requestOf(request)
      .then(answer)
      .then(
        (output) => [200, output] as const,
        (error: unknown) => {
          const known = error instanceof AwsError ? error : new AwsError("SerializationException", String(error));
          return [known.status, { __type: known.type, message: known.message }] as const;
        },
      );
    response.writeHead(status, { "content-type": CONTENT_TYPE, "x-amzn-requestid": randomUUID() });
    response.end(JSON.stringify(payload));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        // The SDK keeps its connections open for the next call.
        server.closeAllConnections();
      });
    },
  };
}

async function requestOf(request: IncomingMessage): Promise<AwsJsonRequest> {
  const body = await text(request);
  const { "x-amz-target": target = "", authorization = "" } = request.headers;
  return { target: String(target), input: body === "" ? {} : JSON.parse(body), authorization };
}
