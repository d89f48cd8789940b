import type { Result } from "../../lib/report/result.ts";
import { PlainError } from "./plain-error.ts";

/**
 * A run failed: a declared resource does not exist and could not be created, or the broker could not be asked.
 *
 * The function logs its report before it throws this error. The first line of the message says what failed and why.
 */
export class EnsureFailed extends PlainError {
  override readonly name = "EnsureFailed";
  /**
   * The run's result, for callers in this process. It is not enumerable, because the Lambda runtime logs every
   * enumerable property of an error.
   */
  declare readonly result: Result | undefined;

  constructor(sentence: string, result?: Result) {
    super(sentence);
    Object.defineProperty(this, "result", { value: result, enumerable: false });
  }
}
