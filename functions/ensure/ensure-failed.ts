import type { Result } from "../../lib/report/result.ts";
import { PlainError } from "./plain-error.ts";

/**
 * A run failed: a declared resource does not exist and could not be created, or the broker could not be asked. Thrown
 * after the report is logged. The first line of the message says what and why.
 */
export class EnsureFailed extends PlainError {
  override readonly name = "EnsureFailed";
  /** For callers in this process. Not enumerable: the Lambda runtime logs every enumerable property of an error. */
  declare readonly result: Result | undefined;

  constructor(sentence: string, result?: Result) {
    super(sentence);
    Object.defineProperty(this, "result", { value: result, enumerable: false });
  }
}
