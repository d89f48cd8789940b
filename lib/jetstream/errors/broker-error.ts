import { written } from "../../text/written.ts";

/** The classes of errors, by what a person can do about them. `error-classes.ts` describes each class. */
export const ERROR_CLASSES = [
  "auth",
  "network",
  "storage",
  "limits",
  "config",
  "conflict",
  "unavailable",
  "unknown",
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** An error that the broker answered, or a missing answer. The message says it in one sentence. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  /**
   * The server's err_code. The `code` in its JSON is like an HTTP status, and too coarse to decide by. Absent if no
   * server answered.
   */
  readonly code: number | undefined;
  readonly class: ErrorClass;
  /** The server may have carried out the request, although no answer came. Read the resource before doing more. */
  readonly answerLost: boolean;
  /** The request was not sent, because the run's time was up. This says nothing about the broker. */
  readonly outOfTime: boolean;

  constructor(
    message: string,
    options: {
      class: ErrorClass;
      code?: number | undefined;
      answerLost?: boolean;
      outOfTime?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.class = options.class;
    this.answerLost = options.answerLost ?? false;
    this.outOfTime = options.outOfTime ?? false;
  }
}

/** The text of anything that was thrown, without its stack. The text of an AggregateError joins those of its errors. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(messageOf).join("; ");
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : written(thrown);
  const code = (thrown as { code?: unknown }).code;
  return thrown.message || (typeof code === "string" ? code : thrown.name);
}
