import type { ErrorClass } from "../../../lib/jetstream/errors/broker-error.ts";
import { PlainError } from "../plain-error.ts";

/**
 * The function could not get the broker's credentials. The message names the parameter and the remedy, and never
 * contains a value.
 */
export class CredentialsError extends PlainError {
  override readonly name = "CredentialsError";
  /**
   * - `auth`: the function is not allowed to read the parameter, or its value is not a credential.
   * - `config`: the parameter does not exist, or the function does not know its region.
   * - `network`: SSM did not answer.
   * - `unavailable`: SSM answered that it cannot serve the request now.
   */
  readonly class: ErrorClass;

  constructor(message: string, errorClass: ErrorClass, options?: ErrorOptions) {
    super(message, options);
    this.class = errorClass;
  }
}
