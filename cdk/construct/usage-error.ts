import { PlainError } from "../../functions/ensure/plain-error.ts";

/** The app uses the construct in an impossible way. The error has only a message, and no stack into this package. */
export class UsageError extends PlainError {
  override readonly name = "UsageError";
}
