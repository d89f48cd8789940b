import { PlainError } from "../plain-error.ts";
import { logger } from "./logger.ts";

/**
 * Logs an unexpected error that the function answers and does not throw. The Lambda runtime would log a thrown error
 * with its stack.
 */
export function logUnexpected(error: unknown): void {
  if (!(error instanceof PlainError)) logger.error("An unexpected error ended the run.", error as Error);
}
