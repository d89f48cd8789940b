import { LONGEST_MESSAGE } from "../../lib/report/failure.ts";

/**
 * An error for a person to read. Its stack contains only the message.
 *
 * The Lambda runtime logs and returns an error's stack, and CloudFormation shows it in the stack's events. A stack
 * trace would hide the one sentence that helps.
 */
export abstract class PlainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message, options);
    // A getter, because a subclass sets its name only after this constructor.
    Object.defineProperty(this, "stack", { get: () => `${this.name}: ${this.message}`, enumerable: false });
  }
}
