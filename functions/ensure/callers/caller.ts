import type { Result } from "../../../lib/report/result.ts";
import type { RunRequest } from "../event/request.ts";

/** One kind of caller: it turns the event into a request, and the result into the answer that the caller expects. */
export interface Caller {
  /** @throws EventError if the event has wrong values */
  request(): RunRequest;
  /**
   * Returns the invocation's answer after a run that did not fail, or if there was nothing to do. An error that this
   * method throws goes to `failed`.
   */
  answer(result: Result | undefined): unknown;
  /**
   * Returns the invocation's answer after a failure, or throws the error to make the invocation fail. The failure is
   * already in the log.
   */
  failed(error: unknown): unknown;
}
