import { PlainError } from "../../functions/ensure/plain-error.ts";

/** The app asks for what cannot be: the message is the whole of it, with no stack into this package. */
export class UsageError extends PlainError {
  override readonly name = "UsageError";
}
