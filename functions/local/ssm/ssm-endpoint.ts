import { setTimeout as sleep } from "node:timers/promises";
import { AwsError, type AwsJsonRequest, startAwsJsonServer } from "./aws-json-server.ts";
import { type SsmRequest, ssmOperations } from "./ssm-operations.ts";
import type { SsmParameter } from "./ssm-parameter.ts";

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
  /** Deletes a parameter. */
  remove(name: string): void;
  /** The next `times` (default 1) requests of this operation answer an error. Default status 400. */
  fail(operation: string, failure: { type: string; times?: number; status?: number; message?: string }): void;
  /** Answers come this many milliseconds later from now on. */
  delay(ms: number): void;
  close(): Promise<void>;
}

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
  const failures: { operation: string; error: AwsError }[] = [];
  let delayMs = 0;

  async function answer({ target, input, authorization }: AwsJsonRequest): Promise<object> {
    const operation = TARGET.exec(target)?.[1] ?? "";
    const request = input as SsmRequest;
    const names = request.Names ?? (request.Name === undefined ? [] : [request.Name]);
    calls.push({ operation, names, withDecryption: request.WithDecryption === true });
    if (delayMs > 0) await sleep(delayMs);
    if (!authorization) throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
    const failing = failures.findIndex((each) => each.operation === operation);
    const [failure] = failing < 0 ? [] : failures.splice(failing, 1);
    if (failure) throw failure.error;
    return operations.answer(operation, request);
  }

  const { url, close } = await startAwsJsonServer(answer, options.port);

  return {
    url,
    calls,
    put: operations.put,
    remove: operations.remove,
    fail(operation, { type, times = 1, status = 400, message = "" }) {
      for (let i = 0; i < times; i++) failures.push({ operation, error: new AwsError(type, message, status) });
    },
    delay(ms) {
      delayMs = ms;
    },
    close,
  };
}
