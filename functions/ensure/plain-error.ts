import { LONGEST_MESSAGE } from "../../lib/report/failure.ts";

/**
 * An error whose reader is a person: its message is the whole of it.
 *
 * The Lambda runtime logs and returns the stack too, and CloudFormation shows it in the stack's events, where it would
 * bury the one sentence that helps. So the stack says just what the message says.
 */
export abstract class PlainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message, options);
    // Read late: a subclass sets its name after this constructor.
    Object.defineProperty(this, "stack", { get: () => `${this.name}: ${this.message}`, enumerable: false });
  }
}
