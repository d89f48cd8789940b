/** A mistake that the user of the command can correct. The program shows only the message. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
