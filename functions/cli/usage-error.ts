/** Something the person who typed the command can put right. The message is the whole of what they are shown. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
