import { PlainError } from "../plain-error.ts";
import { logger } from "./logger.ts";

/** Of an error that is not thrown in the end: thrown, it would be in the log with its stack by the Lambda runtime. */
export function logUnexpected(error: unknown): void {
  if (!(error instanceof PlainError)) logger.error("An unexpected error ended the run.", error as Error);
}
