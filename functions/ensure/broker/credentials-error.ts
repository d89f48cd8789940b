import type { ErrorClass } from "../../../lib/jetstream/errors/broker-error.ts";
import { PlainError } from "../plain-error.ts";

/** The broker's credentials cannot be had. The message names the parameter and what to do, never a value. */
export class CredentialsError extends PlainError {
  override readonly name = "CredentialsError";
  /**
   * - `auth`: the function may not read them, or what is stored is no credential;
   * - `config`: there is no such parameter, or the function does not know its region;
   * - `network`: SSM did not answer;
   * - `unavailable`: SSM answered that it cannot now.
   */
  readonly class: ErrorClass;

  constructor(message: string, errorClass: ErrorClass, options?: ErrorOptions) {
    super(message, options);
    this.class = errorClass;
  }
}
