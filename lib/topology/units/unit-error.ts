/** A text that is no duration or no size. The message is a sentence that says how to write what was meant. */
export class UnitError extends Error {
  override readonly name = "UnitError";
}
