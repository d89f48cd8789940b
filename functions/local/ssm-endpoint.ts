import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { SsmError, type SsmRequest, ssmOperations } from "./ssm-operations.ts";

/** A parameter as the endpoint holds it. */
export interface SsmParameter {
  value: string;
  /** Default `SecureString`. */
  type?: "SecureString" | "String";
  /** The caller may not read it. */
  denied?: boolean;
}

export interface SsmCall {
  /** `GetParameters`, `GetParameter`, `PutParameter` … */
  operation: string;
  names: string[];
  withDecryption: boolean;
}

export interface SsmEndpoint {
  /** For `AWS_ENDPOINT_URL_SSM`, or a client's `endpoint`. */
  url: string;
  /** Every request that came, also those that failed. */
  calls: readonly SsmCall[];
  /** Sets a value; the parameter's version goes up, as with an overwriting PutParameter. */
  put(name: string, value: string): void;
  /** The next `times` (default 1) requests of this operation answer an error. Default status 400. */
  fail(operation: string, failure: { type: string; times?: number; status?: number; message?: string }): void;
  /** Answers come this many milliseconds later from now on. */
  delay(ms: number): void;
  close(): Promise<void>;
}

const CONTENT_TYPE = "application/x-amz-json-1.1";
const TARGET = /^AmazonSSM\.(\w+)$/;

/**
 * SSM Parameter Store on this machine, over its real protocol (AWS JSON 1.1): the Lambda's own client talks to it
 * unchanged. It checks that a request is signed, not who signed it.
 *
 * @param options.port default: a free one.
 */
export async function startSsmEndpoint(options: {
  parameters: Record<string, SsmParameter>;
  port?: number;
}): Promise<SsmEndpoint> {
  const operations = ssmOperations(options.parameters);
  const calls: SsmCall[] = [];
  const failures: { operation: string; error: SsmError }[] = [];
  let delayMs = 0;

  async function answer(request: IncomingMessage): Promise<object> {
    const body = await bodyOf(request);
    const operation = TARGET.exec(String(request.headers["x-amz-target"] ?? ""))?.[1] ?? "";
    const input = (body === "" ? {} : JSON.parse(body)) as SsmRequest;
    const names = input.Names ?? (input.Name === undefined ? [] : [input.Name]);
    calls.push({ operation, names, withDecryption: input.WithDecryption === true });
    if (delayMs > 0) await sleep(delayMs);
    if (!request.headers.authorization) {
      throw new SsmError("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    const failing = failures.findIndex((each) => each.operation === operation);
    const [failure] = failing < 0 ? [] : failures.splice(failing, 1);
    if (failure) throw failure.error;
    return operations.answer(operation, input);
  }

  const server = createServer(async (request, response) => {
    const [status, payload] = await answer(request).then(
      (output) => [200, output] as const,
      (error: unknown) => {
        const known = error instanceof SsmError ? error : new SsmError("SerializationException", String(error));
        return [known.status, { __type: known.type, message: known.message }] as const;
      },
    );
    response.writeHead(status, { "content-type": CONTENT_TYPE, "x-amzn-requestid": randomUUID() });
    response.end(JSON.stringify(payload));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    put: operations.put,
    fail(operation, { type, times = 1, status = 400, message = "" }) {
      for (let i = 0; i < times; i++) failures.push({ operation, error: new SsmError(type, message, status) });
    },
    delay(ms) {
      delayMs = ms;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        // The SDK keeps its connections open for the next call.
        server.closeAllConnections();
      });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
