import type { Result } from "../../../lib/report/result.ts";
import type { Request } from "../event/request.ts";

/** Who invoked the function: what they ask for, and how they are told what came of it. */
export interface Caller {
  /** @throws EventError where the event has wrong values */
  request(): Request;
  /**
   * What the invocation returns after a run that did not fail, or after there was nothing to do. An error that it throws
   * goes to `failed`.
   */
  answer(result: Result | undefined): unknown;
  /**
   * What the invocation returns all the same when it failed; the error, thrown, where it fails. The failure itself is
   * in the log by then.
   */
  failed(error: unknown): unknown;
}
