import { written } from "../../text/written.ts";

/** What went wrong, by what a person can do about it: `error-classes.ts` says what each class is. */
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

/** An answer of the broker, or the lack of one, that the caller can act on. The message is one sentence. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  /** The server's err_code (`code` in its JSON is HTTP-like and useless for deciding); absent where none answered. */
  readonly code: number | undefined;
  readonly class: ErrorClass;
  /** The request may have been carried out all the same: read before saying or sending anything. */
  readonly answerLost: boolean;
  /** The request was not sent, for the run's time was up: that says nothing of the broker. */
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

/** The text of anything that was thrown; never its stack. An AggregateError says what it is made of. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.map(messageOf).join("; ");
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : written(thrown);
  const code = (thrown as { code?: unknown }).code;
  return thrown.message || (typeof code === "string" ? code : thrown.name);
}
